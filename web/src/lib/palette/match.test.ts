import { describe, expect, it } from 'vitest';
import { matchEntries } from './match.ts';
import type { PaletteEntry } from './palette.svelte.ts';

const entry = (label: string, context?: string): PaletteEntry => ({
  key: label,
  label,
  group: 'go',
  ...(context !== undefined && { context }),
});
const ENTRIES = [entry('Field methods', 'Chapter'), entry('Methods'), entry('Résumé', 'Chapter')];
const labels = (query: string): string[] => matchEntries(ENTRIES, query).map(({ label }) => label);

describe('what the palette shows', () => {
  it('puts labels that begin with the query first', () => {
    expect(labels('meth')).toEqual(['Methods', 'Field methods']);
  });

  it('finds words in any order, also in the context', () => {
    expect(labels('chapter field')).toEqual(['Field methods']);
  });

  it('passes over case and accents', () => {
    expect(labels('RESUME')).toEqual(['Résumé']);
  });

  it('shows the first entries for an empty query and at most forty', () => {
    expect(labels('  ')).toHaveLength(3);
    const many = Array.from({ length: 60 }, (_, index) => entry(`Chapter ${index}`));
    expect(matchEntries(many, 'chapter')).toHaveLength(40);
  });
});
