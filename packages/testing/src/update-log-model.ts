import type { AppendResult, LogRow, NewRow, StoredRoom, UpdateLog } from '@plenary/relay';
import { expect } from 'vitest';
import { MemoryUpdateLog } from './memory-update-log.ts';
import { mulberry32 } from './seeded-random.ts';
import type { UpdateLogFixture } from './update-log-contract.ts';

const CHAPTERS = 3;
const PEOPLE = ['ana', 'ben', 'chiyo'] as const;
const CLIENTS = 12;

/** A chapter in the log under test and in the model; their generations are drawn apart. */
interface Pair {
  readonly id: string;
  readonly modelId: string;
  readonly generation: string;
  readonly modelGeneration: string;
}

/**
 * Takes random steps on a log, through both of its adapters, and on the log in memory, and expects
 * the same of both after each. Throws with the seed in its message.
 */
export async function followsTheModel(
  fixture: UpdateLogFixture,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Promise<void> {
  const random = mulberry32(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const model = new MemoryUpdateLog();
  const pairs: Pair[] = [];
  for (let i = 0; i < CHAPTERS; i += 1) {
    const [id, modelId] = [await fixture.createChapter(), model.createChapter()];
    const { generation } = (await fixture.log.load(id))!;
    const { generation: modelGeneration } = (await model.load(modelId))!;
    pairs.push({ id, modelId, generation, modelGeneration });
  }
  const newRow = (): NewRow => ({
    personId: PEOPLE[below(PEOPLE.length)]!,
    via: 'password',
    bytes: Uint8Array.from({ length: below(40) }, () => below(256)),
    newClients: Array.from({ length: below(3) }, () => below(CLIENTS)),
  });

  for (let step = 0; step < steps; step += 1) {
    const pair = pairs[below(pairs.length)]!;
    const node = random() < 0.5 ? fixture.log : fixture.other;
    const head = model.rowsOf(pair.modelId).length;
    const where = `seed ${seed}, step ${step}`;
    const isStale = random() < 0.1;
    const generation = isStale ? 'another' : pair.generation;
    const modelGeneration = isStale ? 'another' : pair.modelGeneration;
    switch (below(6)) {
      case 0:
      case 1:
      case 2: {
        const expectedHead = random() < 0.7 ? head : below(head + 1);
        const rows = Array.from({ length: 1 + below(3) }, newRow);
        const batch = { generation, expectedHead, rows };
        const expected = await model.append(pair.modelId, {
          ...batch,
          generation: modelGeneration,
        });
        expect(brief(await node.append(pair.id, batch)), where).toEqual(brief(expected));
        break;
      }
      case 3:
        await fixture.appendRights(pair.id);
        model.appendRights(pair.modelId);
        break;
      case 4: {
        const position = below(head + 1);
        const state = Uint8Array.from({ length: 1 + below(60) }, () => below(256));
        if (position === 0) break;
        await node.compact(pair.id, { generation, position, state });
        await model.compact(pair.modelId, { generation: modelGeneration, position, state });
        break;
      }
      default: {
        const [position, limit] = [below(head + 2), 1 + below(5)];
        const expected = await model.readAfter(pair.modelId, position, limit);
        const rows = await node.readAfter(pair.id, position, limit);
        expect(rows.map(briefRow), where).toEqual(expected.map(briefRow));
      }
    }
    await expectSame(node, model, { pair, where });
  }
}

async function expectSame(
  log: UpdateLog,
  model: MemoryUpdateLog,
  { pair, where }: { readonly pair: Pair; readonly where: string },
): Promise<void> {
  const [room, expected] = [await log.load(pair.id), await model.load(pair.modelId)];
  expect(briefRoom(room), where).toEqual(briefRoom(expected));
  const heads = await log.heads([pair.id]);
  expect(heads.get(pair.id), where).toBe(expected!.head);
}

function brief(result: AppendResult): unknown {
  switch (result.type) {
    case 'committed':
      return { type: result.type, head: result.head };
    case 'behind':
      return { type: result.type, rows: result.rows.map(briefRow) };
    case 'gone':
    case 'full':
      return { type: result.type };
  }
}

function briefRow(row: LogRow): string {
  if (row.kind === 'rights') return `${row.position} rights`;
  return `${row.position} ${row.personId} ${row.via} ${row.bytes.join(' ')}`;
}

function briefRoom(room: StoredRoom | null): unknown {
  if (room === null) return null;
  const { head, state, statePosition, tail, clients } = room;
  return {
    head,
    state: state === null ? null : [...state],
    statePosition,
    tail: tail.map(briefRow),
    clients: [...clients].toSorted(([a], [b]) => a - b),
  };
}
