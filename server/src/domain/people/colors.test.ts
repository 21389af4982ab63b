import { expect, it } from 'vitest';
import { COLORS, nextColor } from './colors.ts';

/** Contrast with white by WCAG 2.2, from 1 to 21. */
function contrastWithWhite(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}

it('white letters can be read on every colour', () => {
  for (const color of COLORS)
    expect([color, contrastWithWhite(color) >= 4.5]).toEqual([color, true]);
});

it('as many people differ as there are colours, and then all are shared alike', () => {
  const held = new Map<string, number>();
  const given = Array.from({ length: COLORS.length * 3 }, () => {
    const color = nextColor(held);
    held.set(color, (held.get(color) ?? 0) + 1);
    return color;
  });
  expect(new Set(given.slice(0, COLORS.length)).size).toBe(COLORS.length);
  expect([...held.values()]).toEqual(COLORS.map(() => 3));
});

it('a colour that was given up is given next', () => {
  const held = new Map<string, number>(COLORS.map((color) => [color, 2]));
  held.set(COLORS[5], 1).set('#123456', 0);
  expect(nextColor(held)).toBe(COLORS[5]);
});
