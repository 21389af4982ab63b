import {
  FakePlenaryClient,
  RelayStage,
  anIdentity,
  loadYjsDataset,
  mulberry32,
} from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import type { Doc } from 'yjs';
import { IdRanges } from './id-ranges.ts';
import { readUpdate, writeUpdate } from './read-update.ts';

/** One case of the Yjs data set: real updates and what they must give. */
interface Case {
  readonly updates: readonly Uint8Array[];
  readonly expected: { readonly text: string; readonly map: unknown; readonly array: unknown };
}

/** What one person sent. */
interface Part {
  readonly person: string;
  readonly bytes: Uint8Array;
}

/** Cases replayed side by side, each in a chapter of its own. */
const BATCH = 200;

const dataset = loadYjsDataset();
const cases = (dataset ?? []).map(({ updates, ...expected }): Case => ({ updates, expected }));

describe.runIf(dataset !== null)('the 5,320 cases of the Yjs data set', () => {
  it(
    '[R14] [R14.1] in order through the relay they give what they must',
    { timeout: 120_000 },
    async () => {
      const wrong = await replay((parts) => parts);
      expect(wrong).toEqual([]);
    },
  );

  it(
    '[R14.2] shuffled through the relay they are parked and placed',
    { timeout: 120_000 },
    async () => {
      const random = mulberry32(20_261_121);
      const wrong = await replay((parts) => shuffle(parts, random));
      expect(wrong).toEqual([]);
    },
  );

  it('[R13.9] shuffled through the log they read the same', { timeout: 120_000 }, async () => {
    const random = mulberry32(5_320);
    const stage = new RelayStage();
    const wrong: number[] = [];
    for (let start = 0; start < cases.length; start += BATCH) {
      const readers = cases.slice(start, start + BATCH).map(({ updates, expected }, i) => {
        const chapterId = stage.log.createChapter();
        for (const bytes of shuffle(updates, random)) {
          stage.log.appendElsewhere(chapterId, {
            personId: 'ana',
            via: 'token',
            bytes,
            newClients: [],
          });
        }
        const reader = new FakePlenaryClient(stage.relay, anIdentity('reader'));
        reader.open(chapterId);
        return { reader, expected, index: start + i };
      });
      await stage.settle();
      for (const { reader, expected, index } of readers) {
        if (!gives(reader.read(), expected)) wrong.push(index);
        reader.disconnect();
      }
    }
    expect(wrong).toEqual([]);
    await stage.relay.close();
  });
});

/** Sends every case through a relay, as its authors; resolves to the cases that went wrong. */
async function replay(order: (parts: readonly Part[]) => readonly Part[]): Promise<number[]> {
  const stage = new RelayStage({
    flushMs: 1,
    compactRows: 4,
    messageBurst: 1e9,
    personMessageBurst: 1e9,
  });
  const wrong: number[] = [];
  for (let start = 0; start < cases.length; start += BATCH) {
    const running = cases.slice(start, start + BATCH).map((entry, i) => {
      const chapterId = stage.log.createChapter();
      const parts = entry.updates.flatMap(splitByAuthor);
      const writers = new Map<string, FakePlenaryClient>();
      for (const { person } of parts) {
        if (writers.has(person)) continue;
        const writer = new FakePlenaryClient(stage.relay, anIdentity(person));
        writer.open(chapterId);
        writers.set(person, writer);
      }
      return { ...entry, chapterId, writers, parts, index: start + i };
    });
    await stage.settle();
    for (const { parts, writers } of running) {
      order(parts).forEach(({ person, bytes }, i) => {
        const writer = writers.get(person)!;
        const { room } = writer.last('opened');
        writer.send({ type: 'update', room, seq: i + 1, bytes });
      });
    }
    await stage.settle();
    for (const { chapterId, writers, expected, index, parts } of running) {
      const reader = new FakePlenaryClient(stage.relay, anIdentity('reader'));
      reader.open(chapterId);
      await stage.clock.advance(0);
      const docs = [reader.read(), stage.logged(chapterId)];
      const isAcked = [...writers].every(([person, writer]) => {
        const sent = parts.filter((part) => part.person === person).length;
        return sent === 0 || writer.all('ack').length > 0;
      });
      const isRefused = [...writers.values()].some((writer) => writer.all('refused').length > 0);
      if (!isAcked || isRefused || !docs.every((doc) => gives(doc, expected))) wrong.push(index);
      for (const client of [reader, ...writers.values()]) client.disconnect();
    }
  }
  expect(stage.linesAt('error')).toEqual([]);
  await stage.relay.close();
  return wrong;
}

/**
 * An update as its authors would have sent it. Where it is several people's, each sends their own
 * structs, one at a time: in larger pieces two people may need each other's at once.
 */
function splitByAuthor(update: Uint8Array): Part[] {
  const { groups, deletions } = readUpdate(update);
  const [first] = groups;
  if (groups.length <= 1) return [{ person: `author-${first?.client ?? 'none'}`, bytes: update }];
  const parts = groups.flatMap((group) =>
    group.structs.map((_, index) => ({
      person: `author-${group.client}`,
      bytes: writeUpdate([{ group, index, offset: 0, end: index + 1 }], new IdRanges()),
    })),
  );
  if (deletions.isEmpty) return parts;
  return [...parts, { person: parts[0]!.person, bytes: writeUpdate([], deletions) }];
}

function gives(doc: Doc, expected: Case['expected']): boolean {
  const actual = {
    text: doc.getText('text').toJSON(),
    map: doc.getMap('map').toJSON() as unknown,
    array: doc.getArray('array').toJSON() as unknown,
  };
  return JSON.stringify(sorted(actual)) === JSON.stringify(sorted(expected));
}

/** The same value with the keys of its objects in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
