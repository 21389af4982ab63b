/** A rule begins a list item of a specification with its id in bold: `- **R6.2** A freeze …`. */
const RULE = /^\s*[-*] \*\*([A-Z]{1,2}\d+(?:\.\d+)*)\*\*/gm;

/** A test that proves a rule begins its name with the id in brackets: `it('[R6.2] a freeze …')`. */
const CITATION = /['"`]((?:\[[A-Z]{1,2}\d+(?:\.\d+)*\]\s?)+)/g;

export interface Text {
  readonly file: string;
  readonly text: string;
}

/** Ids of the rules stated in specifications, each with the file that states it. */
export function rulesIn(specifications: readonly Text[]): Map<string, string> {
  return collect(specifications, RULE, (match) => [match[1] ?? '']);
}

/** Ids cited by the names of tests, each with one of the files that cite it. */
export function citationsIn(tests: readonly Text[]): Map<string, string> {
  return collect(tests, CITATION, (match) =>
    [...(match[1] ?? '').matchAll(/\[([^\]]+)\]/g)].map((id) => id[1] ?? ''),
  );
}

/** What is wrong, a sentence each: a rule nobody tests, a citation of no rule. Empty when all is well. */
export function mismatches(
  rules: ReadonlyMap<string, string>,
  citations: ReadonlyMap<string, string>,
): string[] {
  const untested = [...rules].filter(([id]) => !citations.has(id));
  const unknown = [...citations].filter(([id]) => !rules.has(id));
  return [
    ...untested.map(([id, file]) => `${file}: no test cites ${id}`),
    ...unknown.map(([id, file]) => `${file}: cites ${id}, which no specification states`),
  ];
}

function collect(
  texts: readonly Text[],
  pattern: RegExp,
  idsOf: (match: RegExpMatchArray) => string[],
): Map<string, string> {
  const found = new Map<string, string>();
  for (const { file, text } of texts) {
    for (const match of text.matchAll(pattern)) {
      for (const id of idsOf(match)) found.set(id, file);
    }
  }
  return found;
}
