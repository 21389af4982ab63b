import type { Block, Inline } from '../types.ts';
import type { Random } from './random.ts';

/** Words are `<` six letters `>`, so that what is left of two cut words is never taken for a third. */
const WORD = /<[a-z]{6}>/g;

/** What became of a word: nothing yet, somebody deleted it, or somebody cut it in pieces. */
type Fate = 'kept' | 'deleted' | 'cut';

/** Every word typed in a run: by which Yjs client, and whether somebody chose to delete it. */
export class Ledger {
  readonly #words = new Map<string, { readonly client: number; fate: Fate }>();

  /** A new word of a person. */
  word(random: Random, client: number): string {
    let word = '';
    do {
      word = `<${Array.from({ length: 6 }, () => String.fromCodePoint(97 + random.below(26))).join('')}>`;
    } while (this.#words.has(word));
    this.#words.set(word, { client, fate: 'kept' });
    return word;
  }

  /** Somebody deletes part of a text they see: whole words go by choice, cut ones are nobody's loss. */
  deletes(text: string, from: number, to: number): void {
    for (const match of text.matchAll(WORD)) {
      const end = match.index + match[0].length;
      if (end <= from || match.index >= to) continue;
      const entry = this.#words.get(match[0]);
      if (!entry || entry.fate === 'cut') continue;
      const isWhole = match.index >= from && end <= to;
      if (!isWhole) entry.fate = 'cut';
      else if (entry.fate === 'kept') entry.fate = 'deleted';
    }
  }

  get size(): number {
    return this.#words.size;
  }

  /**
   * Words that should be visible but are not exactly once, or are visible though deleted. Somebody who
   * undoes may take back words of their own and bring back what they deleted, but double nothing.
   */
  losses(visible: string, undoer: number | null = null): string[] {
    const seen = countWordsIn(visible);
    const wrong: string[] = [];
    for (const [word, { client, fate }] of this.#words) {
      const times = seen.get(word) ?? 0;
      if (undoer !== null && (client === undoer || fate !== 'kept')) {
        if (times > 1) wrong.push(`${word} seen ${times} times`);
        continue;
      }
      if (fate === 'kept' && times !== 1) wrong.push(`${word} seen ${times} times`);
      if (fate === 'deleted' && times !== 0) wrong.push(`${word} came back`);
    }
    return wrong;
  }

  /** Words of which a character is said to be somebody else's. */
  changedAuthors(runs: readonly { readonly client: number; readonly text: string }[]): string[] {
    const text = runs.map((run) => run.text).join('');
    const clients = runs.flatMap((run) =>
      Array.from({ length: run.text.length }, () => run.client),
    );
    const wrong: string[] = [];
    for (const match of text.matchAll(WORD)) {
      const entry = this.#words.get(match[0]);
      if (!entry || entry.fate !== 'kept') continue;
      const of = clients.slice(match.index, match.index + match[0].length);
      if (of.some((client) => client !== entry.client)) wrong.push(match[0]);
    }
    return wrong;
  }
}

function countWordsIn(text: string): Map<string, number> {
  const seen = new Map<string, number>();
  for (const [word] of text.matchAll(WORD)) seen.set(word, (seen.get(word) ?? 0) + 1);
  return seen;
}

/** A block's text with one character for everything that counts 1, so that offsets are its indices. */
export function offsetText(block: Block): string {
  return block.inlines.map(unit).join('');
}

function unit(inline: Inline): string {
  if (inline.kind === 'text') return inline.text;
  return inline.kind === 'break' ? '\n' : '\u{FFFC}';
}

/** Offsets of a text that are not inside a word. */
export function borders(text: string): number[] {
  const inside = new Set<number>();
  for (const match of text.matchAll(WORD)) {
    for (let at = match.index + 1; at < match.index + match[0].length; at += 1) inside.add(at);
  }
  const found: number[] = [];
  for (let at = 0; at <= text.length; at += 1) if (!inside.has(at)) found.push(at);
  return found;
}
