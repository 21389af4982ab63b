import { globSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

type Messages = Record<string, unknown>;

const FOLDER = path.resolve(import.meta.dirname, '../../messages');
const AREAS = readdirSync(path.join(FOLDER, 'en'));

function read(locale: string, area: string): Messages {
  return JSON.parse(readFileSync(path.join(FOLDER, locale, area), 'utf8')) as Messages;
}

/** The names in braces, which the page fills in. */
function inputs(message: unknown): string[] {
  const names = JSON.stringify(message).matchAll(/\{(\w+)\}/g);
  return [...new Set([...names].map(([, name]) => name ?? ''))].toSorted();
}

describe.each(AREAS)('the messages of %s', (area) => {
  it('are the same in English and French', () => {
    expect(Object.keys(read('fr', area))).toEqual(Object.keys(read('en', area)));
  });

  it('fill in the same things in both', () => {
    const french = read('fr', area);
    for (const [key, message] of Object.entries(read('en', area))) {
      expect(inputs(french[key]), key).toEqual(inputs(message));
    }
  });
});

it('has no message that nothing on screen says', () => {
  const source = globSync('**/*.{ts,svelte}', { cwd: path.resolve(import.meta.dirname, '..') })
    .filter((file) => !file.startsWith('paraglide') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.resolve(import.meta.dirname, '..', file), 'utf8'))
    .join('\n');
  const said = new Set([...source.matchAll(/\bm\.(\w+)/g)].map(([, name]) => name));
  const unsaid = AREAS.flatMap((area) => Object.keys(read('en', area))).filter(
    (key) => !said.has(key),
  );
  expect(unsaid).toEqual([]);
});
