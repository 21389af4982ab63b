import { expect, it } from 'vitest';
import { colorOf, COLORS } from './colors.ts';

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

it('a person keeps their colour, and people share all of them', () => {
  const ids = Array.from({ length: 500 }, (_, n) => `person-${n}`);
  expect(ids.map(colorOf)).toEqual(ids.map(colorOf));
  expect(new Set(ids.map(colorOf)).size).toBe(COLORS.length);
});
