import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { ChapterBinding } from '../binding/binding.ts';

/** ProseMirror reads the last of a composition within 20 ms of its end. */
const SETTLE_MS = 30;

/**
 * Shows what was held while text was composed (`binding/held-changes.ts`) soon after the composition
 * ended, or before the next thing the person does. A composition that follows at once goes on holding.
 */
export function compositionPlugin(binding: ChapterBinding): Plugin {
  const releaseFirst = (view: EditorView): false => {
    if (binding.isHolding && !view.composing) binding.release();
    return false;
  };
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown: releaseFirst,
        mousedown: releaseFirst,
        paste: releaseFirst,
        drop: releaseFirst,
      },
    },
    view: (view) => new ReleaseTimer(view, binding),
  });
}

class ReleaseTimer {
  readonly #view: EditorView;
  readonly #binding: ChapterBinding;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: EditorView, binding: ChapterBinding) {
    this.#view = view;
    this.#binding = binding;
    view.dom.addEventListener('compositionend', this.#soon);
  }

  /** A composition may also end without an event, when ProseMirror gives it up. */
  update(): void {
    if (this.#binding.isHolding && !this.#view.composing) this.#soon();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#view.dom.removeEventListener('compositionend', this.#soon);
  }

  readonly #soon = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#view.composing) this.#binding.release();
    }, SETTLE_MS);
  };
}
