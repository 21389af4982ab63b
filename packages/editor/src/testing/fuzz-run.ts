import * as Y from 'yjs';
import { OwnHistory } from '../binding/undo.ts';
import { insertTable } from '../commands/insert.ts';
import { Chance } from './chance.ts';
import { HeadlessEditor } from './headless-editor.ts';
import { type Actor, actAtRandom } from './random-acts.ts';
import { composeAtRandom } from './random-composition.ts';

/** What a run of several people at once came to. */
export interface FuzzResult {
  readonly words: number;
  /** Words nobody deleted that somebody cannot see, or sees more than once. */
  readonly lost: readonly string[];
  /** Whether all pages show the same in the end. */
  readonly isEqual: boolean;
  /** Times a page had to be drawn anew from the document. */
  readonly mismatches: readonly string[];
  readonly log: readonly string[];
}

/** How much of what people do begins a composition, where they compose at all. */
const COMPOSITION_SHARE = 0.06;

/**
 * Several editors on one chapter, each with a document of its own, do things at random while updates
 * travel late and in bursts. With `composing` some words are composed letter by letter; with
 * `inTable` they begin with an empty table, so that most of them meet in its cells. Each editor
 * compares page and document after every change.
 */
export function fuzzRun(
  next: () => number,
  people: number,
  { steps = 120, composing = false, inTable = false } = {},
): FuzzResult {
  const chance = new Chance(next);
  const log: string[] = [];
  let words = 0;
  const nextWord = (): string => `<${words++}>`;
  const typed = new Set<string>();
  const deleted = new Set<string>();
  const actors = Array.from({ length: people }, (_, index): Actor & { inbox: Uint8Array[] } => {
    const doc = new Y.Doc();
    doc.clientID = index + 1;
    const editor = new HeadlessEditor(doc);
    const history = new OwnHistory(editor.binding, editor);
    return { editor, history, chance, nextWord, inbox: [] };
  });
  for (const actor of actors) {
    actor.editor.binding.model.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'peer') return;
      for (const other of actors) if (other !== actor) other.inbox.push(update);
    });
  }
  const receive = (actor: (typeof actors)[number], count: number): void => {
    const { doc } = actor.editor.binding.model;
    for (const update of actor.inbox.splice(0, count)) Y.applyUpdate(doc, update, 'peer');
  };
  if (inTable) {
    const [{ editor }] = actors as [(typeof actors)[number]];
    insertTable({ rows: 3, columns: 3 })(editor.state, (tr) => editor.dispatch(tr));
    for (const actor of actors) receive(actor, Number.POSITIVE_INFINITY);
  }
  for (let step = 0; step < steps; step++) {
    const index = chance.below(people);
    const actor = actors[index]!;
    if (chance.is(0.35)) {
      receive(actor, 1 + chance.below(6));
      log.push(`${index}: receives`);
      continue;
    }
    if (actor.editor.composing) {
      log.push(`${index}: ${composeAtRandom(actor)}`);
      for (const word of visibleWords(actor.editor)) if (!deleted.has(word)) typed.add(word);
      continue;
    }
    const before = visibleWords(actor.editor);
    const name =
      composing && chance.is(COMPOSITION_SHARE) ? composeAtRandom(actor) : actAtRandom(actor);
    log.push(`${index}: ${name}`);
    const after = visibleWords(actor.editor);
    for (const word of after) if (!before.has(word)) typed.add(word);
    for (const word of before) if (!after.has(word)) deleted.add(word);
  }
  for (const actor of actors) while (actor.editor.composing) composeAtRandom(actor);
  for (const actor of actors) {
    for (const word of visibleWords(actor.editor)) if (!deleted.has(word)) typed.add(word);
  }
  for (const actor of actors) receive(actor, Number.POSITIVE_INFINITY);
  const pages = actors.map(({ editor }) => JSON.stringify(editor.state.doc.toJSON()));
  const lost = new Set<string>();
  for (const { editor } of actors) {
    const text = textOf(editor);
    for (const word of typed) {
      if (!deleted.has(word) && text.split(word).length !== 2) lost.add(word);
    }
  }
  const mismatches = actors.flatMap(({ editor }) => editor.mismatches);
  for (const { editor, history } of actors) {
    history.close();
    editor.close();
  }
  const isEqual = pages.every((page) => page === pages[0]);
  return { words: typed.size, lost: [...lost], isEqual, mismatches, log };
}

function visibleWords(editor: HeadlessEditor): Set<string> {
  return new Set(textOf(editor).match(/<\d+>/gu));
}

function textOf({ state }: HeadlessEditor): string {
  return state.doc.textBetween(0, state.doc.content.size, '\n', '\u{FFFC}');
}
