import type { NewRow, UpdateLog } from '@plenary/relay';
import { expect } from 'vitest';
import type { UpdateLogFixture } from './update-log-contract.ts';

const ROWS_A_NODE = 30;

/** A row whose one byte tells it from the others. */
function markedRow(personId: string, mark: number): NewRow {
  return { personId, via: 'password', bytes: new Uint8Array([mark]), newClients: [] };
}

/** Appends `count` rows one by one, looking at what came first whenever somebody was faster. */
async function appendMany(
  log: UpdateLog,
  chapter: { readonly id: string; readonly generation: string },
  { personId, count }: { readonly personId: string; readonly count: number },
): Promise<void> {
  let head = 0;
  for (let written = 0; written < count;) {
    const batch = { generation: chapter.generation, expectedHead: head };
    const result = await log.append(chapter.id, { ...batch, rows: [markedRow(personId, written)] });
    if (result.type === 'committed') {
      head = result.head;
      written += 1;
    } else if (result.type === 'behind') head = result.rows.at(-1)!.position;
    else throw new Error(`unexpected ${result.type}`);
  }
}

/** Expects that readers of both adapters see every row in order while both append. */
export async function readersSkipNothing(fixture: UpdateLogFixture): Promise<void> {
  const id = await fixture.createChapter();
  const { generation } = (await fixture.log.load(id))!;
  const total = 2 * ROWS_A_NODE;
  const readAll = async (node: UpdateLog): Promise<number[]> => {
    const seen: number[] = [];
    while (seen.length < total) {
      const head = (await node.heads([id])).get(id)!;
      const rows = await node.readAfter(id, seen.length, 100);
      seen.push(...rows.map((entry) => entry.position));
      // Whoever was told a head finds every row up to it.
      expect(seen.length).toBeGreaterThanOrEqual(head);
      const room = (await node.load(id))!;
      expect(room.tail).toHaveLength(room.head);
    }
    return seen;
  };
  const [first, second] = await Promise.all([
    readAll(fixture.log),
    readAll(fixture.other),
    appendMany(fixture.log, { id, generation }, { personId: 'ana', count: ROWS_A_NODE }),
    appendMany(fixture.other, { id, generation }, { personId: 'ben', count: ROWS_A_NODE }),
  ]);
  const expected = Array.from({ length: total }, (_, i) => i + 1);
  expect(first).toEqual(expected);
  expect(second).toEqual(expected);
}

/** Expects that changes of rights and appends of both adapters end up in one order. */
export async function rightsTakeTurns(fixture: UpdateLogFixture): Promise<void> {
  const id = await fixture.createChapter();
  const { generation } = (await fixture.log.load(id))!;
  const changeRights = async (): Promise<void> => {
    for (let i = 0; i < 10; i += 1) await fixture.appendRights(id);
  };
  await Promise.all([
    appendMany(fixture.log, { id, generation }, { personId: 'ana', count: 10 }),
    appendMany(fixture.other, { id, generation }, { personId: 'ben', count: 10 }),
    changeRights(),
  ]);
  const rows = await fixture.log.readAfter(id, 0, 1_000);
  expect(rows.map((entry) => entry.position)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  expect(rows.filter((entry) => entry.kind === 'rights')).toHaveLength(10);
}
