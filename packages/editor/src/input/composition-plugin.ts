import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { ChapterBinding } from '../binding/binding.ts';

/** ProseMirror reads the last of a composition within 20 ms of its end. */
const SETTLE_MS = 30;

/**
 * Nothing is held for longer after the last letter of a composition: more than anybody takes to choose
 * a word. A browser that has lost a composition does not tell of its end.
 */
export const COMPOSITION_LIMIT_MS = 30_000;

/** The key code of a key that an input method took for itself. */
const TAKEN_KEY = 229;

/**
 * Shows what was held while text was composed (`binding/held-changes.ts`) soon after the composition
 * ended, or before the next thing the person does. A composition that follows at once goes on holding.
 * One whose end is not told of is over when the text loses the focus, at a key that is no part of it,
 * or in the end after a time.
 */
export function compositionPlugin(binding: ChapterBinding): Plugin {
  const releaseFirst = (view: EditorView): false => {
    if (binding.isHolding && !view.composing) binding.release();
    return false;
  };
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown: (view, { isComposing, keyCode }) => {
          if (binding.isHolding && !isComposing && keyCode !== TAKEN_KEY) endComposition(view);
          return releaseFirst(view);
        },
        mousedown: releaseFirst,
        paste: releaseFirst,
        drop: releaseFirst,
      },
    },
    view: (view) => new ReleaseTimer(view, binding),
  });
}

/** Tells the view what the browser did not. */
function endComposition(view: EditorView): void {
  if (view.composing) view.dom.dispatchEvent(new CompositionEvent('compositionend'));
}

const COMPOSING = ['compositionstart', 'compositionupdate'] as const;

class ReleaseTimer {
  readonly #view: EditorView;
  readonly #binding: ChapterBinding;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #limit: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView, binding: ChapterBinding) {
    this.#view = view;
    this.#binding = binding;
    for (const name of COMPOSING) view.dom.addEventListener(name, this.#goOn);
    view.dom.addEventListener('compositionend', this.#soon);
    view.dom.addEventListener('blur', this.#giveUp);
  }

  /** A composition may also end without an event, when ProseMirror gives it up. */
  update(): void {
    if (this.#binding.isHolding && !this.#view.composing) this.#soon();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#limit);
    for (const name of COMPOSING) this.#view.dom.removeEventListener(name, this.#goOn);
    this.#view.dom.removeEventListener('compositionend', this.#soon);
    this.#view.dom.removeEventListener('blur', this.#giveUp);
  }

  readonly #goOn = (): void => {
    clearTimeout(this.#limit);
    this.#limit = setTimeout(this.#giveUp, COMPOSITION_LIMIT_MS);
  };

  readonly #giveUp = (): void => endComposition(this.#view);

  readonly #soon = (): void => {
    clearTimeout(this.#timer);
    clearTimeout(this.#limit);
    this.#timer = setTimeout(() => {
      if (!this.#view.composing) this.#binding.release();
    }, SETTLE_MS);
  };
}
