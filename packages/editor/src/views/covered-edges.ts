/**
 * How much of the window's edges bars of the page cover, in pixels, as the page says with
 * `scroll-padding` on its root element; 0 where it says nothing. Browsers keep the caret out of there
 * by themselves when they scroll to it, ProseMirror does not. Read anew each time: bars grow and go.
 */
export class CoveredEdges {
  readonly left = 0;
  readonly right = 0;
  readonly #root: Element;
  readonly #room: number;

  /** `room` is left free between a bar and the caret, in pixels. */
  constructor(root: Element, room = 0) {
    this.#root = root;
    this.#room = room;
  }

  get top(): number {
    return pixels(getComputedStyle(this.#root).scrollPaddingTop) + this.#room;
  }

  get bottom(): number {
    return pixels(getComputedStyle(this.#root).scrollPaddingBottom) + this.#room;
  }
}

/** `auto`, percentages and what a browser does not know count as nothing. */
function pixels(value: string | undefined): number {
  return value?.endsWith('px') === true ? Number.parseFloat(value) : 0;
}
