import type { Node } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import { placeToDom } from '../schema/block-attributes.ts';
import { drawMath, type MathViewOptions } from './math-view.ts';
import { focusWhileScrolling } from './scroll-focus.ts';

/**
 * A displayed equation: drawn, with its TeX below while the caret is in it (the class `has-caret`)
 * or while it is empty.
 */
export class EquationView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #shown: HTMLElement;
  readonly #options: MathViewOptions;
  readonly #stop: () => void;
  #drawn: string | null = null;
  #isGone = false;

  constructor(node: Node, options: MathViewOptions) {
    this.#options = options;
    this.dom = document.createElement('div');
    this.dom.setAttribute('data-equation', '');
    this.#shown = document.createElement('div');
    this.#shown.className = 'equation-shown';
    this.#shown.contentEditable = 'false';
    const source = document.createElement('pre');
    source.className = 'equation-source';
    source.setAttribute('aria-label', options.labels.formulaSource);
    source.spellcheck = false;
    this.contentDOM = document.createElement('code');
    source.append(this.contentDOM);
    this.dom.append(this.#shown, source);
    this.#stop = focusWhileScrolling(this.#shown, options.labels.equation);
    this.#show(node);
  }

  update(node: Node): boolean {
    if (node.type.name !== 'equation') return false;
    this.#show(node);
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  }

  destroy(): void {
    this.#isGone = true;
    this.#stop();
  }

  #show(node: Node): void {
    for (const name of ['data-list', 'data-indent', 'data-quote', 'style']) {
      this.dom.removeAttribute(name);
    }
    for (const [name, value] of Object.entries(placeToDom(node))) {
      this.dom.setAttribute(name, value);
    }
    const tex = node.textContent;
    this.dom.toggleAttribute('data-empty', tex.trim() === '');
    if (tex === this.#drawn) return;
    this.#drawn = tex;
    drawMath(
      { element: this.#shown, tex, isDisplay: true },
      { ...this.#options, isGone: () => this.#isGone },
    );
  }
}
