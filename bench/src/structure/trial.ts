import type { Random } from '@plenary/report-model/fuzz';

/** What one person does to a paragraph's structure while another types a word in it. */
export const OPERATIONS = ['join', 'split', 'quote', 'list', 'heading', 'move', 'bold'] as const;

/** One of them. */
export type Operation = (typeof OPERATIONS)[number];

/** What is about to happen: the paragraphs, which one is meant, and where the other person types. */
export interface Trial {
  readonly operation: Operation;
  readonly paragraphs: readonly string[];
  /** Index of the paragraph both work in; never the first. */
  readonly target: number;
  /** Where it is split. */
  readonly splitAt: number;
  /** Before which paragraph it is moved (the number of paragraphs: to the end). */
  readonly moveTo: number;
  readonly word: string;
  readonly typeAt: number;
}

/** What came of a trial, after everything has arrived everywhere. */
export interface Outcome {
  /** The word typed is not visible exactly once in every copy. */
  readonly isLost: boolean;
  /** The word is visible, but no longer beside the text it was typed into. */
  readonly isAstray: boolean;
  /** Characters of the text before that are somebody else's now, or gone. */
  readonly changedAuthors: number;
  /** The copies do not show the same. */
  readonly isDifferent: boolean;
}

/** Something that maps a document to Yjs. */
export interface Mapping {
  readonly name: string;
  run(trial: Trial): Outcome;
}

/** The client ids of who wrote the text, who changes the structure and who types. */
export const CLIENTS = { author: 1_001, structure: 1_002, typist: 1_003 } as const;

/** The word every trial types: nothing else contains it. */
const WORD = '⟨WORD⟩';

/** Draws a trial of an operation. */
export function drawTrial(random: Random, operation: Operation): Trial {
  const paragraphs = Array.from({ length: 4 }, () => sentence(random));
  const target = 1 + random.below(3);
  const length = paragraphs[target]?.length ?? 0;
  const places = [0, 1, 2, 3, 4].filter((place) => place !== target && place !== target + 1);
  return {
    operation,
    paragraphs,
    target,
    splitAt: random.below(length + 1),
    moveTo: random.pick(places),
    word: WORD,
    typeAt: random.below(length + 1),
  };
}

function sentence(random: Random): string {
  const words = Array.from({ length: 3 + random.below(6) }, () =>
    Array.from({ length: 2 + random.below(7) }, () =>
      String.fromCodePoint(97 + random.below(26)),
    ).join(''),
  );
  return words.join(' ');
}

/** Judges a trial by the text each copy shows and by who is said to have written each character. */
export function judge(
  { paragraphs, word, target, typeAt }: Trial,
  copies: readonly {
    readonly text: string;
    readonly view: string;
    readonly authors: AuthorCount;
  }[],
): Outcome {
  const original = paragraphs.join('').length;
  const [first] = copies;
  const typedIn = paragraphs[target] ?? '';
  const before = typedIn.slice(Math.max(0, typeAt - 4), typeAt) + word;
  const after = word + typedIn.slice(typeAt, typeAt + 4);
  const isLost = copies.some((copy) => copy.text.split(word).length !== 2);
  return {
    isLost,
    isAstray: !isLost && copies.some(({ text }) => !text.includes(before) && !text.includes(after)),
    changedAuthors: Math.max(...copies.map((copy) => original - copy.authors.author)),
    isDifferent: copies.some((copy) => copy.view !== first?.view),
  };
}

/** How many characters a copy says were typed by the author of the original text. */
export interface AuthorCount {
  readonly author: number;
}
