/**
 * Lets people without a mouse scroll an element that is wider than the page: while it overflows it
 * can have the focus and says what it is. Returns how to stop watching.
 */
export function focusWhileScrolling(element: HTMLElement, label: string): () => void {
  // Without a layout (in tests) nothing overflows.
  if (typeof ResizeObserver === 'undefined') return () => {};
  const observer = new ResizeObserver(() => {
    if (element.scrollWidth > element.clientWidth + 1) {
      element.tabIndex = 0;
      element.setAttribute('role', 'group');
      element.setAttribute('aria-label', label);
    } else {
      for (const name of ['tabindex', 'role', 'aria-label']) element.removeAttribute(name);
    }
  });
  observer.observe(element);
  const content = element.firstElementChild;
  if (content !== null) observer.observe(content);
  return () => observer.disconnect();
}
