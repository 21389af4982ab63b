import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFileName } from '../documents/export.ts';
import { cleanName } from './files.ts';

describe('names of files', () => {
  it('an upload keeps its name without path and control characters', () => {
    expect(cleanName('C:\\Users\\ana\\Abb. 1.png')).toBe('Abb. 1.png');
    expect(cleanName('../../etc/passwd')).toBe('passwd');
    expect(cleanName('a\r\nb\u0000.png')).toBe('ab.png');
    for (const empty of ['', '/', '\u0000', '  ']) expect(cleanName(empty)).toBe('file');
  });

  it('fit into a header, wherever they are cut', () => {
    for (let length = 95; length < 210; length += 1) {
      const long = `${'x'.repeat(length % 2)}${'𝒜'.repeat(length)}`;
      expect(() => encodeURIComponent(toFileName(long))).not.toThrow();
      expect(() => encodeURIComponent(cleanName(long))).not.toThrow();
    }
    expect(() => encodeURIComponent(cleanName('a\ud83e.png'))).not.toThrow();
  });

  it('a title becomes a name that every system takes', () => {
    expect(toFileName('Rapport d’essai : été 2026/27')).toBe('Rapport d essai été 2026 27');
    for (const empty of ['', '...', '///', '🦆']) expect(toFileName(empty)).toBe('document');
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), (title) => {
        const name = toFileName(title);
        expect(name).toMatch(/^[\p{L}\p{N}_-](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}_-])?$/u);
        expect(name.length).toBeLessThanOrEqual(100);
      }),
    );
  });
});
