import { inlineMerger } from '@plenary/relay';
import { afterAll, describe, expect, it } from 'vitest';
import { Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { createWorkerMerger } from './worker-merger.ts';

const merger = createWorkerMerger();
afterAll(() => merger.close());

function updateOf(clientID: number, text: string): Uint8Array {
  const doc = new Doc();
  doc.clientID = clientID;
  doc.getText('body').insert(0, text);
  doc.getText('body').delete(0, 1);
  return encodeStateAsUpdate(doc);
}

describe('the merger in a worker thread', () => {
  const updates = [updateOf(1, 'one'), updateOf(2, 'two')];
  const inline = inlineMerger();

  it('gives what merging on this thread gives, and leaves the bytes to their owner', async () => {
    expect([...(await merger.merge(updates))]).toEqual([...(await inline.merge(updates))]);
    expect(updates.every((update) => update.byteLength > 0)).toBe(true);
  });

  it('takes views of a larger buffer', async () => {
    const pooled = Buffer.concat([Buffer.from([9, 9]), updates[0]!, Buffer.from([9])]);
    const view = pooled.subarray(2, -1);
    expect([...(await merger.merge([view]))]).toEqual([...updates[0]!]);
    expect([...view]).toEqual([...updates[0]!]);
  });

  it('compacts', async () => {
    expect([...(await merger.compact(updates))]).toEqual([...(await inline.compact(updates))]);
  });

  it('compares, summarises and finds deletions', async () => {
    const known = new Doc();
    known.clientID = 1;
    const vector = encodeStateVector(known);
    const merged = await merger.merge(updates);
    expect([...(await merger.diff(merged, vector))]).toEqual([
      ...(await inline.diff(merged, vector)),
    ]);
    expect(await merger.summarise(merged)).toEqual(await inline.summarise(merged));
    expect([...(await merger.impliedDeletions(merged))]).toEqual([
      ...(await inline.impliedDeletions(merged)),
    ]);
  });

  it('takes updates apart and cuts parts out of them', async () => {
    const outline = await merger.outline(updates[0]!);
    expect(outline).toEqual(await inline.outline(updates[0]!));
    expect(await merger.outline(new Uint8Array([255, 255]))).toBeNull();
    const nothing = new Uint8Array([0, 0]);
    const keep = [{ client: 1, from: 1, to: 3 }];
    expect([...(await merger.cut(updates[0]!, keep, nothing))]).toEqual([
      ...(await inline.cut(updates[0]!, keep, nothing)),
    ]);
  });

  it('closes without ever having started', async () => {
    await createWorkerMerger().close();
  });

  it('rejects what is no Yjs update and goes on', async () => {
    await expect(merger.summarise(new Uint8Array([255, 255]))).rejects.toThrow(Error);
    expect((await merger.merge(updates)).byteLength).toBeGreaterThan(0);
  });
});
