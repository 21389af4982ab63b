import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import type { EditorView, NodeView } from '@tiptap/pm/view';
import type { EditorLabels } from '../types.ts';
import { loadMathRenderer, type MathRenderer } from './math-renderer.ts';

/** What the formula views need from their editor. */
export interface MathViewOptions {
  readonly labels: EditorLabels;
  readonly loadMath?: () => Promise<MathRenderer>;
}

/**
 * A formula in a line: drawn, and while it is selected a field with its TeX. Enter or leaving the
 * field keeps the change, Escape does not.
 */
export class MathView implements NodeView {
  readonly dom: HTMLElement;
  readonly #shown: HTMLElement;
  readonly #view: EditorView;
  readonly #getPos: () => number | undefined;
  readonly #options: MathViewOptions;
  #node: Node;
  #field: HTMLInputElement | null = null;
  #isGone = false;

  constructor(
    node: Node,
    place: { readonly view: EditorView; readonly getPos: () => number | undefined },
    options: MathViewOptions,
  ) {
    this.#node = node;
    this.#view = place.view;
    this.#getPos = place.getPos;
    this.#options = options;
    this.dom = document.createElement('span');
    this.dom.className = 'math-inline';
    this.#shown = document.createElement('span');
    this.dom.append(this.#shown);
    this.#draw();
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type) return false;
    const isChanged = node.attrs['tex'] !== this.#node.attrs['tex'];
    this.#node = node;
    if (isChanged) this.#draw();
    return true;
  }

  selectNode(): void {
    this.dom.classList.add('ProseMirror-selectednode');
    if (this.#view.editable) this.#openField();
  }

  deselectNode(): void {
    this.dom.classList.remove('ProseMirror-selectednode');
    this.#closeField(true);
  }

  stopEvent(event: Event): boolean {
    return this.#field !== null && event.target === this.#field;
  }

  ignoreMutation(): boolean {
    return true;
  }

  destroy(): void {
    this.#isGone = true;
    this.#closeField(false);
  }

  #draw(): void {
    drawMath(
      { element: this.#shown, tex: String(this.#node.attrs['tex']), isDisplay: false },
      { ...this.#options, isGone: () => this.#isGone },
    );
  }

  #openField(): void {
    if (this.#field !== null) return;
    const field = document.createElement('input');
    field.type = 'text';
    field.className = 'math-field';
    field.value = String(this.#node.attrs['tex']);
    field.size = Math.max(8, field.value.length + 2);
    field.setAttribute('aria-label', this.#options.labels.formulaSource);
    field.spellcheck = false;
    field.addEventListener('keydown', this.#onKey);
    field.addEventListener('blur', this.#onBlur);
    this.#field = field;
    this.dom.append(field);
    field.focus();
    field.select();
  }

  readonly #onBlur = (): void => this.#closeField(true);

  readonly #onKey = (event: KeyboardEvent): void => {
    const field = this.#field;
    if (field === null || event.isComposing) return;
    const atEdge =
      (event.key === 'ArrowRight' && field.selectionStart === field.value.length) ||
      (event.key === 'ArrowLeft' && field.selectionEnd === 0 && field.value !== '');
    if (event.key !== 'Enter' && event.key !== 'Escape' && event.key !== 'Tab' && !atEdge) return;
    event.preventDefault();
    const old = String(this.#node.attrs['tex']);
    const tex = event.key === 'Escape' ? old : field.value.trim();
    this.#closeField(false);
    this.#leave(tex, event.key === 'ArrowLeft' ? -1 : 1);
  };

  /** Gives the formula its TeX and puts the caret beside it. An empty formula goes away. */
  #leave(tex: string, side: -1 | 1): void {
    const pos = this.#getPos();
    if (pos === undefined || this.#isGone) return;
    const tr = this.#view.state.tr;
    if (tex === '') tr.delete(pos, pos + 1);
    else {
      if (tex !== this.#node.attrs['tex']) tr.setNodeAttribute(pos, 'tex', tex);
      tr.setSelection(TextSelection.create(tr.doc, side < 0 ? pos : pos + 1));
    }
    this.#view.dispatch(tr);
    this.#view.focus();
  }

  #closeField(keeps: boolean): void {
    const field = this.#field;
    if (field === null) return;
    this.#field = null;
    field.removeEventListener('keydown', this.#onKey);
    field.removeEventListener('blur', this.#onBlur);
    const tex = field.value.trim();
    field.remove();
    const pos = this.#getPos();
    if (!keeps || this.#isGone || pos === undefined || tex === this.#node.attrs['tex']) return;
    // A selection change may be closing the field from inside an update of the view.
    queueMicrotask(() => {
      const now = this.#getPos();
      if (this.#isGone || now === undefined) return;
      this.#view.dispatch(this.#view.state.tr.setNodeAttribute(now, 'tex', tex));
    });
  }
}

/**
 * Draws a formula as soon as the renderer is there, its TeX until then. What cannot be drawn stays
 * as TeX with the class `math-broken`.
 */
export function drawMath(
  target: { readonly element: HTMLElement; readonly tex: string; readonly isDisplay: boolean },
  options: MathViewOptions & { readonly isGone: () => boolean },
): void {
  const { element, tex, isDisplay } = target;
  element.dataset['tex'] = tex;
  element.classList.remove('math-broken');
  if (tex.trim() === '') {
    element.textContent = options.labels.emptyFormula;
    return;
  }
  if (element.childElementCount === 0) element.textContent = tex;
  (options.loadMath ?? loadMathRenderer)().then(
    (render) => {
      // By now the formula may have another text, drawn by a later call.
      if (options.isGone() || element.dataset['tex'] !== tex) return;
      try {
        render(tex, element, { isDisplay });
      } catch {
        showBroken(element, tex);
      }
    },
    () => showBroken(element, tex),
  );
}

function showBroken(element: HTMLElement, tex: string): void {
  element.textContent = tex;
  element.classList.add('math-broken');
}
