// @vitest-environment jsdom
import { afterEach, expect, it } from 'vitest';
import { CoveredEdges } from './covered-edges.ts';

const root = document.documentElement;

afterEach(() => root.removeAttribute('style'));

it('follows what the page says its bars cover', () => {
  const edges = new CoveredEdges(root, 5);
  expect([edges.top, edges.bottom]).toEqual([5, 5]);
  root.style.setProperty('scroll-padding-top', '96px');
  root.style.setProperty('scroll-padding-bottom', '33.5px');
  expect([edges.top, edges.bottom, edges.left, edges.right]).toEqual([101, 38.5, 0, 0]);
  root.style.setProperty('scroll-padding-top', 'auto');
  expect(edges.top).toBe(5);
});
