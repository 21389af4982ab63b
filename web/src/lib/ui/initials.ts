/**
 * One or two letters that stand for a person where there is no room for the name: the first letters
 * of the first and the last word. An empty name gives `?`.
 */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words.at(0);
  if (first === undefined) return '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (
    firstGrapheme(first) + (last === undefined ? '' : firstGrapheme(last))
  ).toLocaleUpperCase();
}

function firstGrapheme(word: string): string {
  const [segment] = new Intl.Segmenter().segment(word);
  return segment?.segment ?? '';
}
