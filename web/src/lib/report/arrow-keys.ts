import type { Attachment } from 'svelte/attachments';

const TOOLS = 'button:not(:disabled), select:not(:disabled)';

/**
 * Makes a toolbar one stop of the Tab key, with the arrow keys, Home and End moving inside it (ARIA
 * Authoring Practices, toolbar). A choice keeps its own up and down keys.
 */
export const arrowKeys: Attachment<HTMLElement> = (toolbar) => {
  const tools = (): HTMLElement[] => [...toolbar.querySelectorAll<HTMLElement>(TOOLS)];

  function stopAt(current: HTMLElement | undefined): void {
    for (const tool of tools()) tool.tabIndex = tool === current ? 0 : -1;
  }

  function focusIn(event: FocusEvent): void {
    if (event.target instanceof HTMLElement) stopAt(event.target);
  }

  function keydown(event: KeyboardEvent): void {
    const all = tools();
    const at = all.findIndex((tool) => tool === event.target);
    const next = at === -1 ? undefined : target(event.key, at, all.length);
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  }

  /** A tool that came or went must not leave the toolbar with two stops, or with none. */
  function keepOneStop(): void {
    const stops = tools().filter(({ tabIndex }) => tabIndex === 0);
    if (stops.length !== 1) stopAt(stops[0] ?? tools()[0]);
  }

  stopAt(tools()[0]);
  const watch = new MutationObserver(keepOneStop);
  watch.observe(toolbar, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  toolbar.addEventListener('focusin', focusIn);
  toolbar.addEventListener('keydown', keydown);
  return () => {
    watch.disconnect();
    toolbar.removeEventListener('focusin', focusIn);
    toolbar.removeEventListener('keydown', keydown);
  };
};

function target(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
