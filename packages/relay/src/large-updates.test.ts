import { encodeSyncStep2, encodeSyncUpdate } from '@plenary/protocol';
import { RelayStage, updatesOf, wordsOf, write } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, decodeUpdate, encodeStateAsUpdate } from 'yjs';
import { inlineMerger } from './heavy-work.ts';
import type { Merger } from './ports.ts';

describe('large updates', () => {
  it('[R2.6] are taken apart on another thread, and nobody waits for that but their client', async () => {
    const { stage, slow } = slowStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    const { room } = ana.last('opened');
    const [large, small] = updatesOf('x'.repeat(1_000), 'y');
    ana.send({ type: 'update', room, seq: 1, bytes: large! });
    ana.send({ type: 'update', room, seq: 2, bytes: small! });
    ben.insert(0, 'ben');
    await stage.settle();
    expect(slow.outlines).toBe(1);
    expect(wordsOf(stage.logged())).toBe('ben');
    expect(ana.all('ack')).toEqual([]);
    slow.go();
    await stage.settle();
    expect(ana.last('ack').seq).toBe(2);
    expect(wordsOf(stage.logged())).toHaveLength(1_004);
    // In the order they came: nothing had to be asked for.
    expect(ana.all('missing')).toEqual([]);
  });

  it('[R2.6] rows of other nodes that are large, too', async () => {
    const { stage, slow } = slowStage();
    const ben = stage.stock('ben');
    await stage.settle();
    stage.log.appendElsewhere(stage.chapterId, row('ana', updatesOf('x'.repeat(1_000))[0]!));
    stage.relay.poke(stage.chapterId);
    await stage.settle();
    expect([slow.outlines, ben.text]).toEqual([1, '']);
    slow.go();
    await stage.settle();
    expect(ben.text).toHaveLength(1_000);
  });

  it('[R7.3] only what is new of a large one is stored', async () => {
    const { stage, slow } = slowStage();
    slow.go();
    const doc = new Doc();
    write(doc, 'h'.repeat(500));
    const held = encodeStateAsUpdate(doc);
    const ana = stage.stock('ana');
    await stage.settle();
    ana.send(encodeSyncUpdate(held));
    await stage.settle();
    doc.getText('text').delete(0, 3);
    write(doc, 'n'.repeat(500));
    ana.send(encodeSyncStep2(encodeStateAsUpdate(doc)));
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('h'.repeat(497) + 'n'.repeat(500));
    const last = stage.log.rowsOf(stage.chapterId).at(-1)!;
    const { structs, ds } = decodeUpdate(last.kind === 'update' ? last.bytes : new Uint8Array());
    expect(structs.map((struct) => [struct.id.clock, struct.length])).toEqual([[500, 500]]);
    expect([...ds.clients.values()].flat()).toMatchObject([{ clock: 0, len: 3 }]);
  });

  it('[R11.4] of a large one with others’ unlogged structs the client’s own are stored', async () => {
    const { stage, slow } = slowStage();
    slow.go();
    const [known, unlogged] = updatesOf('theirs ', 'z'.repeat(500));
    const theirs = decodeUpdate(known!).structs[0]!.id.client;
    stage.log.appendElsewhere(stage.chapterId, { ...row('ben', known!), newClients: [theirs] });
    const ana = stage.stock('ana');
    await stage.settle();
    const { socket } = ana;
    const own = new Doc();
    write(own, 'o'.repeat(500));
    const both = new Doc();
    for (const bytes of [known!, unlogged!, encodeStateAsUpdate(own)]) applyUpdate(both, bytes);
    ana.send(encodeSyncStep2(encodeStateAsUpdate(both)));
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4422);
    const words = wordsOf(stage.logged());
    expect([words.includes('o'.repeat(500)), words.includes('z')]).toEqual([true, false]);
  });

  it('[R9.2] one that is no update is refused as malformed', async () => {
    const { stage, slow } = slowStage();
    slow.go();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    ana.send({ type: 'update', room, seq: 1, bytes: new Uint8Array(1_000).fill(255) });
    await stage.settle();
    expect(ana.last('refused').reason).toBe('malformed');
  });
});

function row(personId: string, bytes: Uint8Array) {
  return { personId, via: 'token' as const, bytes, newClients: [] };
}

/** A stage on which everything above 200 bytes is large, and whose other thread can be held up. */
function slowStage() {
  const inline = inlineMerger();
  const gate = Promise.withResolvers<void>();
  const slow = { outlines: 0, go: () => gate.resolve() };
  const merger: Merger = {
    ...inline,
    async outline(update) {
      slow.outlines += 1;
      await gate.promise;
      return inline.outline(update);
    },
  };
  return { stage: new RelayStage({ parseBytes: 200 }, undefined, { merger }), slow };
}
