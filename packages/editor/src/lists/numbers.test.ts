import { describe, expect, it } from 'vitest';
import type { BlockPlace } from '../schema/block-attributes.ts';
import { orderedNumbers } from './numbers.ts';

const item = (indent = 0, quote = 0): BlockPlace => ({ list: 'ordered', indent, quote });
const bullet = (indent = 0): BlockPlace => ({ list: 'bullet', indent, quote: 0 });
const text = (indent = 0, quote = 0): BlockPlace => ({ list: null, indent, quote });

describe('orderedNumbers', () => {
  it('counts items of one level', () => {
    expect(orderedNumbers([item(), item(), item()])).toEqual(['1.', '2.', '3.']);
  });

  it('counts nested levels apart and starts them anew under each item', () => {
    const places = [item(), item(1), item(1), item(2), item(), item(1)];
    expect(orderedNumbers(places)).toEqual(['1.', 'a.', 'b.', 'i.', '2.', 'a.']);
  });

  it('counts on after a paragraph inside an item', () => {
    expect(orderedNumbers([item(), text(1), item()])).toEqual(['1.', null, '2.']);
  });

  it('starts anew after a paragraph between lists', () => {
    expect(orderedNumbers([item(), text(), item()])).toEqual(['1.', null, '1.']);
  });

  it('starts anew after a bullet of the same level, not after one inside an item', () => {
    expect(orderedNumbers([item(), bullet(), item()])).toEqual(['1.', null, '1.']);
    expect(orderedNumbers([item(), bullet(1), item()])).toEqual(['1.', null, '2.']);
  });

  it('counts a quotation inside an item apart', () => {
    expect(orderedNumbers([item(), item(1, 1), item(1, 1), item()])).toEqual([
      '1.',
      'a.',
      'b.',
      '2.',
    ]);
  });

  it('goes on after z with aa, and writes long roman numerals', () => {
    const letters = orderedNumbers([item(), ...Array.from({ length: 27 }, () => item(1))]);
    expect(letters.slice(-2)).toEqual(['z.', 'aa.']);
    const romans = orderedNumbers([item(), item(1), ...Array.from({ length: 49 }, () => item(2))]);
    expect(romans.at(-1)).toBe('xlix.');
  });
});
