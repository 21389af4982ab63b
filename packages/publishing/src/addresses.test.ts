import { expect, it } from 'vitest';
import { safeLink, safePicture } from './addresses.ts';

it('[X4] links lead to harmless schemes only', () => {
  expect(safeLink('https://example.org/a?b=c#d')).toBe('https://example.org/a?b=c#d');
  expect(safeLink('mailto:ana@example.org')).toBe('mailto:ana@example.org');
  expect(safeLink('/activities/1#c2')).toBe('/activities/1#c2');
  expect(safeLink('page"><b')).toBe('page%22%3E%3Cb');
  for (const href of [
    '',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \u0000java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
  ]) {
    expect(safeLink(href), href).toBeNull();
  }
});

it('[X5] pictures come from the same server or are in the file', () => {
  expect(safePicture('/api/v1/files/1')).toBe('/api/v1/files/1');
  expect(safePicture('data:image/png;base64,AAAA')).toBe('data:image/png;base64,AAAA');
  for (const src of [
    '',
    'https://foreign.example/a.png',
    '//foreign.example/a.png',
    '/\\foreign.example/a.png',
    'data:image/svg+xml;base64,AAAA',
    'data:text/html;base64,AAAA',
    'javascript:alert(1)',
  ]) {
    expect(safePicture(src), src).toBeNull();
  }
});
