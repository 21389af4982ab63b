import { createHash } from 'node:crypto';

/** Colours of carets and faces: dark enough for white letters (4.5 : 1), apart enough to tell. */
export const COLORS = [
  '#1d6fa5',
  '#b0413e',
  '#2f7d4f',
  '#7a4fa3',
  '#a85b16',
  '#0f7c7c',
  '#a83a7b',
  '#4b6a1e',
  '#3f57b5',
  '#8a5a44',
  '#5a6472',
  '#8b3fc7',
  '#00738f',
  '#946b00',
  '#c0356f',
  '#37795e',
] as const;

/** The colour of a person: always the same for the same id. */
export function colorOf(personId: string): string {
  const [byte = 0] = createHash('sha256').update(personId).digest();
  return COLORS[byte % COLORS.length] ?? COLORS[0];
}
