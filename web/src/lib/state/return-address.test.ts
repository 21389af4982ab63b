import { describe, expect, it } from 'vitest';
import { returnAddress, signInAddress } from './return-address.ts';

const ORIGIN = 'https://plenary.example';
const back = (next: string): string => returnAddress(new URLSearchParams({ next }), ORIGIN);

describe('the way back after signing in', () => {
  it('is the page that was asked for', () => {
    expect(back('/documents/d1#chapter-c2')).toBe('/documents/d1#chapter-c2');
  });

  it('survives the trip through the sign-in address', () => {
    const address = new URL(signInAddress('/documents/d1?x=1#c'), ORIGIN);
    expect(returnAddress(address.searchParams, ORIGIN)).toBe('/documents/d1?x=1#c');
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example/',
    String.raw`/\elsewhere.example`,
    'javascript:alert(1)',
    'documents/d1',
  ])('is home for %s', (next) => {
    expect(back(next)).toBe('/');
  });

  it('is home when none is named', () => {
    expect(returnAddress(new URLSearchParams(), ORIGIN)).toBe('/');
  });
});
