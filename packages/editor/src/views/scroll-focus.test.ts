// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';
import { focusWhileScrolling } from './scroll-focus.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('takes the focus, with a name, only while something is out of sight', () => {
  let look = (): void => {};
  const disconnect = vi.fn();
  const observer = { observe: vi.fn(), disconnect };
  vi.stubGlobal('ResizeObserver', function ResizeObserver(callback: () => void) {
    look = callback;
    return observer;
  });
  const element = document.createElement('div');
  let width = 900;
  Object.defineProperty(element, 'scrollWidth', { get: () => width });
  Object.defineProperty(element, 'clientWidth', { get: () => 300 });
  const stop = focusWhileScrolling(element, 'Table');
  look();
  expect(element.tabIndex).toBe(0);
  expect([element.getAttribute('role'), element.getAttribute('aria-label')]).toEqual([
    'group',
    'Table',
  ]);
  width = 300;
  look();
  expect(element.getAttributeNames()).toEqual([]);
  stop();
  expect(disconnect).toHaveBeenCalledOnce();
});
