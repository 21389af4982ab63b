import * as Y from 'yjs';
import { authorRuns } from '../authors.ts';
import { readChapter } from '../read.ts';
import { takeSnapshot } from '../snapshot.ts';
import { plainText } from '../text.ts';
import { Ledger } from './ledger.ts';
import { Person } from './person.ts';
import { Random } from './random.ts';

/** How people reach one another in a run. */
export type Connection = 'online' | 'offline' | 'mixed';

/** What a run found. Every list is empty in a good one. */
export interface RunResult {
  readonly seed: number;
  readonly connection: Connection;
  readonly words: number;
  readonly deeds: number;
  readonly losses: readonly string[];
  readonly divergences: readonly string[];
  readonly changedAuthors: readonly string[];
  /** Own operations that did not do what they are for in the person's own copy. */
  readonly surprises: readonly string[];
}

/**
 * One run: two or three people change structure and type at the same time, then everything arrives.
 * With `undo` the first of them also takes back and does again.
 */
export function runStructureFuzz(seed: number, { undo = false } = {}): RunResult {
  const random = new Random(seed);
  const connection = random.pick(['online', 'offline', 'mixed'] as const);
  const ledger = new Ledger();
  const table = random.chance(0.3);
  const people = Array.from(
    { length: 2 + random.below(2) },
    (_, index) => new Person(random, ledger, { client: 1_001 + index, table }),
  );
  people[0]?.begin(2 + random.below(4));
  syncAll(people);
  if (undo) people[0]?.beginUndo();
  const network = new Network(people);
  const deeds = 8 + random.below(12);
  for (let at = 0; at < deeds; at += 1) {
    const person = random.pick(people);
    if (undo && person === people[0] && random.chance(0.4)) person.undoOrRedo();
    else person.act();
    if (connection === 'offline') continue;
    network.deliver(random, connection === 'online' ? 0.7 : 0.15);
  }
  syncAll(people);
  return { seed, connection, words: ledger.size, deeds, ...judge(people, ledger, undo) };
}

type Verdict = Pick<RunResult, 'losses' | 'divergences' | 'changedAuthors' | 'surprises'>;

function judge(people: readonly Person[], ledger: Ledger, undo: boolean): Verdict {
  const losses: string[] = [];
  const divergences: string[] = [];
  const changedAuthors: string[] = [];
  const undoer = undo ? (people[0]?.doc.clientID ?? null) : null;
  const first = people[0] ? JSON.stringify(readChapter(people[0].doc)) : '';
  for (const { doc, model, mirror } of people) {
    const chapter = readChapter(doc);
    const name = `copy ${doc.clientID}`;
    losses.push(...ledger.losses(plainText(chapter), undoer).map((loss) => `${name}: ${loss}`));
    if (JSON.stringify(chapter) !== first) divergences.push(`${name} differs from the first`);
    const blocks = JSON.stringify(chapter.blocks);
    if (JSON.stringify(model.blocks) !== blocks) divergences.push(`${name}: live model is stale`);
    if (JSON.stringify(mirror.blocks) !== blocks) divergences.push(`${name}: changes are wrong`);
    for (const text of takeSnapshot(doc).flows.keys()) {
      changedAuthors.push(
        ...ledger.changedAuthors(authorRuns(text)).map((word) => `${name}: ${word}`),
      );
    }
  }
  const surprises = people.flatMap((person) => person.surprises);
  return { losses, divergences, changedAuthors, surprises };
}

/** Everybody gets everything. */
function syncAll(people: readonly Person[]): void {
  for (const from of people) {
    for (const to of people) {
      if (from !== to) Y.applyUpdate(to.doc, difference(from.doc, to.doc), 'network');
    }
  }
}

function difference(from: Y.Doc, to: Y.Doc): Uint8Array {
  return Y.encodeStateAsUpdate(from, Y.encodeStateVector(to));
}

/** Updates on their way: each pair of people has a queue, delivered in order, late. */
class Network {
  readonly #queues: { readonly to: Person; readonly updates: Uint8Array[] }[] = [];

  constructor(people: readonly Person[]) {
    for (const from of people) {
      for (const to of people) {
        if (from === to) continue;
        const updates: Uint8Array[] = [];
        this.#queues.push({ to, updates });
        from.doc.on('update', (update: Uint8Array, origin: unknown) => {
          if (origin !== 'network') updates.push(update);
        });
      }
    }
  }

  /** Each queue delivers all it holds with the given probability. */
  deliver(random: Random, probability: number): void {
    for (const { to, updates } of this.#queues) {
      if (updates.length === 0 || !random.chance(probability)) continue;
      for (const update of updates.splice(0)) Y.applyUpdate(to.doc, update, 'network');
    }
  }
}
