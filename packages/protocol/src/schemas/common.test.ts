import { assert, property, string } from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { Email, Title, TITLE_MAX_LENGTH } from './common.ts';

const title = Compile(Title);
const email = Compile(Email);

describe('titles', () => {
  it('are one line with something to see on it', () => {
    for (const good of ['A', ' A', 'Été – 夏', 'a  b ', '"<b>"', '\u00a0x']) {
      expect([good, title.Check(good)]).toEqual([good, true]);
    }
    for (const bad of ['', ' ', '\t', '\u00a0', 'a\nb', 'a\u0000', '\u007f', 7, null]) {
      expect([bad, title.Check(bad)]).toEqual([bad, false]);
    }
    assert(
      property(string({ unit: 'binary', maxLength: 40 }), (text) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
        const expected = /\S/.test(text) && !/[\u0000-\u001f\u007f]/.test(text);
        expect(title.Check(text)).toBe(expected);
      }),
    );
  });

  it('[A10] have a bound, and a long one is refused in time that grows with its length', () => {
    expect(title.Check('x'.repeat(TITLE_MAX_LENGTH))).toBe(true);
    expect(title.Check('x'.repeat(TITLE_MAX_LENGTH + 1))).toBe(false);
    // Quadratic matching of a megabyte would take hours; the test would run into its time limit.
    for (const hostile of [`${'a'.repeat(1_000_000)}\n`, `${' '.repeat(1_000_000)}\n`]) {
      expect(title.Check(hostile)).toBe(false);
    }
  });
});

describe('addresses', () => {
  it('hold one @ and nothing that could be a header or a list', () => {
    for (const good of ['a@b', 'first.last+tag@example.org', 'élan@exämple.org', "o'neil@x.org"]) {
      expect([good, email.Check(good)]).toEqual([good, true]);
    }
    for (const bad of ['a', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b,c@d', '<a@b>', 'a@b\r\nBcc: c@d']) {
      expect([bad, email.Check(bad)]).toEqual([bad, false]);
    }
  });
});
