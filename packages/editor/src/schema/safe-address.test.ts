import { describe, expect, it } from 'vitest';
import { hrefFromInput, ownImageSource, safeHref } from './safe-address.ts';

describe('safeHref', () => {
  it.each(['https://a.example', 'mailto:a@b.example', '#part', '/documents/1', 'tel:+1'])(
    'keeps %s',
    (href) => {
      expect(safeHref(href)).toBe(href);
    },
  );

  it.each([
    'javascript:x',
    'JAVASCRIPT:x',
    'java\tscript:x',
    '\u0000javascript:x',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:x',
    '',
    '   ',
    null,
    7,
    `https://${'a'.repeat(3_000)}`,
  ])('refuses %j', (href) => {
    expect(safeHref(href)).toBeNull();
  });
});

describe('ownImageSource', () => {
  it('takes paths of this server only', () => {
    expect(ownImageSource('/api/v1/files/1')).toBe('/api/v1/files/1');
    for (const source of [
      '//x.example/a',
      '/\\x.example',
      'https://x.example',
      'data:x',
      'a.png',
    ]) {
      expect(ownImageSource(source)).toBeNull();
    }
  });
});

describe('hrefFromInput', () => {
  it('makes what people type whole', () => {
    expect(hrefFromInput('example.org/a')).toBe('https://example.org/a');
    expect(hrefFromInput(' ana@example.org ')).toBe('mailto:ana@example.org');
    expect(hrefFromInput('#part')).toBe('#part');
    expect(hrefFromInput('javascript:x')).toBeNull();
  });
});
