/*
 * What runs in the pages. Moments are milliseconds since the epoch, which two windows of one machine
 * share. "Painted" is the first task after the frame in which a change was drawn.
 */

/** What the pages hand over. */
export type Probe = {
  /** Milliseconds from the start of navigation until the words were there and could be edited. */
  ready: number | null;
  readonly keys: { readonly at: number; readonly painted: number }[];
  /** When each further typed letter was on screen in this window. */
  readonly arrivals: number[];
};

declare global {
  interface Window {
    plenaryBench: Probe;
  }
}

/** What is looked for: words that show the text is there, the marker typed first, and the letter. */
export type ProbeOptions = {
  readonly words: string;
  readonly marker: string;
  readonly letter: string;
};

/** Runs before any script of the page. It must not refer to anything outside of itself. */
export function installProbe({ words, marker, letter }: ProbeOptions): void {
  const probe: Probe = { ready: null, keys: [], arrivals: [] };
  window.plenaryBench = probe;
  const now = (): number => performance.timeOrigin + performance.now();
  const afterPaint = (then: () => void): void => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', then, { once: true });
      channel.port1.start();
      channel.port2.postMessage(null);
    });
  };
  const editors = (): HTMLElement[] => [
    ...document.querySelectorAll<HTMLElement>('[contenteditable="true"]'),
  ];
  const look = (): void => {
    if (editors().some((editor) => editor.textContent.includes(words))) {
      afterPaint(() => {
        probe.ready = performance.now();
      });
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  addEventListener(
    'keydown',
    (event) => {
      if (event.key !== letter) return;
      const at = performance.timeOrigin + event.timeStamp;
      afterPaint(() => probe.keys.push({ at, painted: now() }));
    },
    { capture: true },
  );

  let paragraph: Element | null = null;
  let seen = 0;
  const count = (): void => {
    if (paragraph?.isConnected !== true || !paragraph.textContent.startsWith(marker)) {
      paragraph =
        editors()
          .flatMap((editor) => [...editor.querySelectorAll('p')])
          .find((candidate) => candidate.textContent.startsWith(marker)) ?? null;
    }
    const letters = (paragraph?.textContent ?? '').split(letter).length - 1;
    for (; seen < letters; seen += 1) afterPaint(() => probe.arrivals.push(now()));
  };
  addEventListener('DOMContentLoaded', () => {
    const observer = new MutationObserver(count);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
