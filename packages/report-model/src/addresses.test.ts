import { expect, it } from 'vitest';
import { cleanAddress, leadsElsewhere, linkAddress } from './addresses.ts';

it('keeps links to the web, mail, telephone and places of the page', () => {
  const harmless = [
    'https://a.example/b?c#d',
    'mailto:a@b.example',
    'tel:+1',
    '#part',
    '/a b',
    'x',
  ];
  expect(harmless.map(linkAddress)).toEqual(harmless);
});

it('refuses what could run or read something, however it is spelled', () => {
  for (const address of [
    '',
    ' ',
    'javascript:x',
    'JaVaScRiPt:x',
    ' \u0000java\nscript:x',
    'java script:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
  ]) {
    expect(linkAddress(address), address).toBeNull();
  }
});

it('tells addresses of other servers from paths of its own', () => {
  const elsewhere = ['https://a.example', '//a.example', '/\\a.example', '\\\\a', 'data:x'];
  expect(elsewhere.filter((address) => !leadsElsewhere(address))).toEqual([]);
  expect(['/api/v1/files/1', 'a.png', '#x'].filter(leadsElsewhere)).toEqual([]);
  expect(cleanAddress(' /a\u0007b\n')).toBe('/ab');
});
