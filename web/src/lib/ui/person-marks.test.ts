import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initials } from './initials.ts';
import { readableInk } from './readable-ink.ts';

describe('the letters that stand for a person', () => {
  it('are of the first and the last word', () => {
    expect(initials('Ana Maria Ferreira')).toBe('AF');
    expect(initials('björn')).toBe('B');
    expect(initials('  Åsa   Öberg ')).toBe('ÅÖ');
  });

  it('are a question mark for no name', () => {
    expect(initials('   ')).toBe('?');
  });

  it('never cut a character in two', () => {
    expect(initials('👩🏽‍🔬 Research')).toBe('👩🏽‍🔬R');
  });
});

describe('the ink on a colour', () => {
  it('keeps at least 4.5:1 on every colour', () => {
    const part = integer({ min: 0, max: 255 });
    assert(
      property(part, part, part, (red, green, blue) => {
        const hex = [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('');
        const ink = readableInk(`#${hex}`) === '#000000' ? 0 : 1;
        const [light, dark] = [luminance([red, green, blue]), ink].toSorted((a, b) => b - a);
        expect(((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('is white on what is no colour', () => {
    expect(readableInk('red')).toBe('#ffffff');
  });
});

/** WCAG 2.2, relative luminance. */
function luminance(parts: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = parts.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
