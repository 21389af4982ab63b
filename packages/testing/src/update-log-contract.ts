import type { LogRow, NewRow, UpdateLog } from '@plenary/relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followsTheModel } from './update-log-model.ts';
import { readersSkipNothing, rightsTakeTurns } from './update-log-nodes.ts';

/** A log under test and what the suite needs beside the port itself. */
export interface UpdateLogFixture {
  readonly log: UpdateLog;
  /** The same store through another adapter, where there can be one; else the same. */
  readonly other: UpdateLog;
  /** Creates an untouched chapter and resolves to its id. */
  createChapter(): Promise<string>;
  /** Gives the chapter another generation, as a restore does. */
  renewGeneration(chapterId: string): Promise<void>;
  /** Appends a `rights` row, as the server does when it changes a role or freezes a chapter. */
  appendRights(chapterId: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * The behaviour every UpdateLog must have (docs/spec/relay.md, R13). Each adapter and the memory
 * log run it from a test file of their own.
 */
export function describeUpdateLogContract(
  name: string,
  createFixture: () => Promise<UpdateLogFixture>,
): void {
  describe(`update log contract: ${name}`, () => {
    let fixture: UpdateLogFixture;
    let log: UpdateLog;
    let chapter: string;
    let generation: string;

    beforeEach(async () => {
      fixture = await createFixture();
      log = fixture.log;
      chapter = await fixture.createChapter();
      generation = (await log.load(chapter))!.generation;
    });

    afterEach(async () => {
      await fixture.close();
    });

    const append = (expectedHead: number, ...rows: NewRow[]) =>
      log.append(chapter, { generation, expectedHead, rows });

    it('[R13.1] an untouched chapter is empty and at head 0', async () => {
      const room = (await log.load(chapter))!;
      expect(room.generation).not.toBe('');
      expect(room).toMatchObject({ head: 0, state: null, statePosition: 0, tail: [] });
      expect(room.clients.size).toBe(0);
    });

    it('[R13.1] a chapter that does not exist loads as null and has no head', async () => {
      expect(await log.load('no-such-chapter')).toBeNull();
      const heads = await log.heads([chapter, 'no-such-chapter']);
      expect([...heads]).toEqual([[chapter, 0]]);
    });

    it('[R13.1] rows get positions from 1 without gaps, in the order given', async () => {
      expect(await append(0, row('ana', 1), row('ben', 2))).toMatchObject({
        type: 'committed',
        head: 2,
      });
      expect(await append(2, row('ana', 3))).toMatchObject({ type: 'committed', head: 3 });
      const rows = await log.readAfter(chapter, 0, 100);
      expect(rows.map(brief)).toEqual(['1 ana 1', '2 ben 2', '3 ana 3']);
      expect((await log.load(chapter))!.tail.map(brief)).toEqual(['1 ana 1', '2 ben 2', '3 ana 3']);
      expect((await log.heads([chapter])).get(chapter)).toBe(3);
    });

    it('[R13.2] a row keeps its person, how they signed in, its time and its bytes', async () => {
      const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256);
      const before = Date.now() - 60_000;
      const result = await append(0, { personId: 'ana', via: 'operator', bytes, newClients: [] });
      const [stored] = await log.readAfter(chapter, 0, 1);
      expect(stored).toMatchObject({ kind: 'update', personId: 'ana', via: 'operator' });
      expect(bytesOf(stored)).toEqual([...bytes]);
      expect(stored!.at).toBeGreaterThan(before);
      expect(result.type === 'committed' && result.at).toBe(stored!.at);
    });

    it('[R13.2] what the caller does to its buffer after the append changes nothing', async () => {
      const bytes = new Uint8Array([1, 2, 3]);
      await append(0, { personId: 'ana', via: 'password', bytes, newClients: [] });
      bytes.fill(9);
      const [stored] = await log.readAfter(chapter, 0, 1);
      expect(bytesOf(stored)).toEqual([1, 2, 3]);
    });

    it('[R13.3] an append behind the head stores nothing and returns what came first', async () => {
      await append(0, row('ana', 1), row('ana', 2));
      const result = await append(1, row('ben', 3));
      expect(result.type).toBe('behind');
      expect(result.type === 'behind' && result.rows.map(brief)).toEqual(['2 ana 2']);
      expect((await log.load(chapter))!.head).toBe(2);
    });

    it('[R13.3] of many appends at one head exactly one is committed', async () => {
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, i) => append(0, row(`p${i}`, i))),
      );
      expect(results.filter((result) => result.type === 'committed')).toHaveLength(1);
      expect(results.filter((result) => result.type === 'behind')).toHaveLength(11);
      expect((await log.load(chapter))!.head).toBe(1);
    });

    it('[R13.3] appenders that retry all get through, without gaps or doubles', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, person) => {
          let head = 0;
          for (let i = 0; i < 5; i += 1) {
            for (;;) {
              const result = await append(head, row(`p${person}`, person * 10 + i));
              if (result.type === 'committed') {
                head = result.head;
                break;
              }
              if (result.type !== 'behind') throw new Error(`unexpected ${result.type}`);
              head = result.rows.at(-1)!.position;
            }
          }
        }),
      );
      const rows = await log.readAfter(chapter, 0, 1000);
      expect(rows.map((entry) => entry.position)).toEqual(
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      expect(new Set(rows.map((entry) => brief(entry).split(' ')[2])).size).toBe(40);
    });

    it('[R13.1] who reads while others append skips no row', () => readersSkipNothing(fixture));

    it('[R13.3] changes of rights and appends of two adapters take turns in one order', () =>
      rightsTakeTurns(fixture));

    it('[R13.1] tells the heads of thousands of chapters at once', async () => {
      await append(0, row('ana', 1));
      const unknown = Array.from({ length: 4_999 }, (_, i) => `no-such-chapter-${i}`);
      expect([...(await log.heads([...unknown, chapter]))]).toEqual([[chapter, 1]]);
      expect([...(await log.heads([]))]).toEqual([]);
    });

    it.each([1, 2, 3])(
      '[R13] does in 80 random steps what the log in memory does, seed %d',
      (seed) => followsTheModel(fixture, { seed, steps: 80 }),
    );

    it('[R13.4] chapters do not touch each other', async () => {
      const other = await fixture.createChapter();
      const otherGeneration = (await log.load(other))!.generation;
      expect(otherGeneration).not.toBe(generation);
      await Promise.all([
        append(0, row('ana', 1)),
        log.append(other, {
          generation: otherGeneration,
          expectedHead: 0,
          rows: [row('ben', 2), row('ben', 3)],
        }),
      ]);
      const heads = await log.heads([chapter, other]);
      expect([heads.get(chapter), heads.get(other)]).toEqual([1, 2]);
    });

    it('[R13.5] reading after a position gives at most the limit, from there on', async () => {
      await append(0, ...Array.from({ length: 10 }, (_, i) => row('ana', i)));
      const rows = await log.readAfter(chapter, 4, 3);
      expect(rows.map((entry) => entry.position)).toEqual([5, 6, 7]);
      expect(await log.readAfter(chapter, 10, 3)).toEqual([]);
    });

    it('[R11.1] an append with another generation, or to no chapter, is told so', async () => {
      const wrong = { generation: 'another', expectedHead: 0, rows: [row('ana', 1)] };
      expect(await log.append(chapter, wrong)).toEqual({ type: 'gone' });
      expect(await log.append('no-such-chapter', wrong)).toEqual({ type: 'gone' });
      expect((await log.load(chapter))!.head).toBe(0);
    });

    it('[R11.1] after a restore the old generation appends nothing', async () => {
      await fixture.renewGeneration(chapter);
      expect(await append(0, row('ana', 1))).toEqual({ type: 'gone' });
      expect((await log.load(chapter))!.generation).not.toBe(generation);
    });

    it('[R13.6] a stored state replaces the tail up to its position and keeps the rows', async () => {
      await append(0, row('ana', 1), row('ben', 2), row('ana', 3));
      await log.compact(chapter, { generation, position: 2, state: new Uint8Array([7, 7]) });
      const room = (await log.load(chapter))!;
      expect([...room.state!]).toEqual([7, 7]);
      expect(room).toMatchObject({ head: 3, statePosition: 2 });
      expect(room.tail.map(brief)).toEqual(['3 ana 3']);
      const rows = await log.readAfter(chapter, 0, 10);
      expect(rows.map(brief)).toEqual(['1 ana 1', '2 ben 2', '3 ana 3']);
    });

    it('[R13.6] a state for an older position or another generation is ignored', async () => {
      await append(0, row('ana', 1), row('ben', 2));
      await log.compact(chapter, { generation, position: 2, state: new Uint8Array([2]) });
      await log.compact(chapter, { generation, position: 1, state: new Uint8Array([1]) });
      await log.compact(chapter, {
        generation: 'another',
        position: 2,
        state: new Uint8Array([3]),
      });
      const room = (await log.load(chapter))!;
      expect([...room.state!]).toEqual([2]);
      expect(room.statePosition).toBe(2);
    });

    it('[R7.1] a Yjs client id belongs to the person it came with first, for ever', async () => {
      await append(0, row('ana', 1, [11, 12]), row('ben', 2, [21]));
      await append(2, row('ben', 3, [11]));
      await log.compact(chapter, { generation, position: 3, state: new Uint8Array([1]) });
      const owners = [...(await log.load(chapter))!.clients].sort(([a], [b]) => a - b);
      expect(owners).toEqual([
        [11, 'ana'],
        [12, 'ana'],
        [21, 'ben'],
      ]);
    });

    it('[R7.1] client ids up to 2^53 - 1 are kept exactly', async () => {
      const large = Number.MAX_SAFE_INTEGER;
      await append(0, row('ana', 1, [4_294_967_295, large]));
      const { clients } = (await log.load(chapter))!;
      expect(clients.get(4_294_967_295)).toBe('ana');
      expect(clients.get(large)).toBe('ana');
    });

    it('[R6.1] a change of rights is a row among the others', async () => {
      await append(0, row('ana', 1));
      await fixture.appendRights(chapter);
      const behind = await append(1, row('ana', 2));
      expect(behind.type === 'behind' && behind.rows.map(brief)).toEqual(['2 rights']);
      expect(await append(2, row('ana', 2))).toMatchObject({ type: 'committed', head: 3 });
      expect((await log.load(chapter))!.tail.map(brief)).toEqual([
        '1 ana 1',
        '2 rights',
        '3 ana 2',
      ]);
    });
  });
}

/** A row whose one byte tells it from the others. */
function row(personId: string, mark: number, newClients: readonly number[] = []): NewRow {
  return { personId, via: 'password', bytes: new Uint8Array([mark]), newClients };
}

function brief(entry: LogRow): string {
  if (entry.kind === 'rights') return `${entry.position} rights`;
  return `${entry.position} ${entry.personId} ${entry.bytes[0]}`;
}

function bytesOf(entry: LogRow | undefined): readonly number[] | null {
  return entry?.kind === 'update' ? [...entry.bytes] : null;
}
