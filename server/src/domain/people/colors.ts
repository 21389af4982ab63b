/**
 * Colours of carets and faces: dark enough for white letters (4.5 : 1), apart enough to tell, those
 * furthest apart first.
 */
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

/**
 * The colour for one more person: the first of those that the fewest have, so that the members of a
 * small group differ. `held` says how many people have each colour; one it leaves out nobody has.
 */
export function nextColor(held: ReadonlyMap<string, number>): string {
  const fewest = Math.min(...COLORS.map((color) => held.get(color) ?? 0));
  return COLORS.find((color) => (held.get(color) ?? 0) === fewest) ?? COLORS[0];
}
