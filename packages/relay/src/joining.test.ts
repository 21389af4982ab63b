import { RelayStage, anUpdate, recordOf, sync, wordsOf, write } from '@plenary/testing';
import { decodeStockMessage } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs';
import type { FakeStockClient } from '@plenary/testing';
import { inlineMerger } from './heavy-work.ts';
import type { Merger } from './ports.ts';

it('[R4.6] a stock client that says it is synchronised has the tail too', async () => {
  const stage = new RelayStage({ compactRows: 3 });
  const ana = stage.stock('ana');
  await stage.settle();
  for (const word of ['a ', 'b ', 'c ', 'd ', 'e ']) {
    ana.insert(0, word);
    await stage.settle();
  }
  const ben = stage.stock('ben');
  await stage.settle();
  const reader = new Doc();
  const messages = ben.socket.frames.map((frame) => decodeStockMessage(frame));
  const last = messages.findIndex(({ type }) => type === 'step2');
  for (const message of messages.slice(0, last + 1)) {
    if (message.type === 'update' || message.type === 'step2') applyUpdate(reader, message.bytes);
  }
  expect(wordsOf(reader)).toBe('e d c b a ');
});

describe('bytes, not documents', () => {
  it('[R2] [R2.1] an open room takes a few times the bytes of its text', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(200_000));
    await stage.settle();
    stage.stock('ben');
    await stage.settle();
    expect(stage.relay.stats().heldBytes).toBeLessThan(800_000);
  });

  it('[R2.2] a room nobody is in leaves memory, and comes back the same', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'hello');
    await stage.settle();
    ana.disconnect();
    await stage.clock.advance(20_000);
    expect(stage.relay.stats().rooms).toBe(1);
    await stage.clock.advance(25_000);
    expect(stage.relay.stats()).toMatchObject({ rooms: 0, heldBytes: 0 });
    const ben = stage.stock('ben');
    await stage.settle();
    expect(ben.text).toBe('hello');
  });

  it('[R2.3] over the budget the room unused for longest leaves first', async () => {
    const stage = new RelayStage({ memoryBytes: 150_000 });
    const chapters = ['one', 'two', 'three'].map((id) => stage.log.createChapter(id));
    for (const chapterId of chapters) {
      const ana = stage.plenary('ana');
      ana.open(chapterId);
      await stage.settle();
      const { room } = ana.last('opened');
      ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x'.repeat(60_000)) });
      await stage.settle();
      ana.disconnect();
      await stage.clock.advance(1_000);
    }
    const loads = stage.log.calls.load;
    const open = async (id: string) => {
      stage.plenary('ben').open(id);
      await stage.settle();
      return stage.log.calls.load - loads;
    };
    await stage.clock.advance(11_000);
    expect(stage.relay.stats().heldBytes).toBeLessThan(150_000);
    expect(await open('three')).toBe(0);
    expect(await open('one')).toBe(1);
  });

  it('[R2.3] rooms with people in them let go of what can be made again', async () => {
    const stage = new RelayStage({ memoryBytes: 100_000, compactBytes: 1_000 });
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(60_000));
    await stage.settle();
    const ben = stage.stock('ben');
    await stage.settle();
    const before = stage.relay.stats().heldBytes;
    await stage.clock.advance(11_000);
    expect(stage.relay.stats().heldBytes).toBeLessThan(before - 50_000);
    const cleo = stage.stock('cleo');
    ana.insert(0, 'still ');
    await stage.settle();
    for (const client of [ana, ben, cleo]) expect(client.text).toBe(`still ${'x'.repeat(60_000)}`);
  });

  it('[R2.4] a long tail is merged into the stored state; its rows stay', async () => {
    const stage = new RelayStage({ compactRows: 10 });
    const ana = stage.stock('ana');
    await stage.settle();
    for (let i = 0; i < 25; i += 1) {
      ana.insert(0, `${i % 10}`);
      await stage.settle();
    }
    const stored = (await stage.log.load(stage.chapterId))!;
    expect(stored.statePosition).toBe(22);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(25);
    const ben = stage.stock('ben');
    await stage.settle();
    expect(ben.text).toBe(ana.text);
    expect(stage.relay.stats().compactions).toBe(2);
  });
});

describe('joining shares work', () => {
  it('[R4] [R4.1] everybody who joins gets the same buffers, one for the state, one for the tail', async () => {
    const stage = new RelayStage({ compactRows: 3 });
    const ana = stage.stock('ana');
    await stage.settle();
    for (const word of ['a', 'b', 'c', 'd', 'e']) {
      ana.insert(0, word);
      await stage.settle();
    }
    const joiners = ['ben', 'cleo', 'dan'].map((person) => stage.stock(person));
    await stage.settle();
    for (const joiner of joiners) expect(joiner.text).toBe('edcba');
    const [first, second, third] = joiners.map(textFrames);
    expect(first).toHaveLength(2);
    for (let i = 0; i < 2; i += 1) {
      expect(second![i]).toBe(first![i]);
      expect(third![i]).toBe(first![i]);
    }
  });

  it('[R4.2] a chapter is loaded once, however many ask while it loads', async () => {
    const stage = new RelayStage();
    stage.log.hold();
    const clients = Array.from({ length: 20 }, (_, i) => stage.stock(`p${i}`));
    await stage.settle();
    expect(stage.log.calls.load).toBe(1);
    stage.log.release();
    await stage.settle();
    clients[0]!.insert(0, 'hello');
    await stage.settle();
    expect(clients.map((client) => client.text)).toEqual(clients.map(() => 'hello'));
    expect(stage.log.calls.load).toBe(1);
  });

  it('[R4.3] a load that fails leaves nothing behind, and the next one may succeed', async () => {
    const stage = new RelayStage();
    stage.log.appendElsewhere(stage.chapterId, aRow('hello'));
    stage.log.loadError = new Error('no disk');
    const { socket } = stage.stock('ana');
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4503);
    expect(stage.relay.stats()).toMatchObject({ rooms: 0, sockets: 0 });
    stage.log.loadError = null;
    const ben = stage.stock('ben');
    await stage.settle();
    expect(ben.text).toBe('hello');
  });

  it('[R4.4] opening writes nothing', async () => {
    const stage = new RelayStage();
    stage.log.appendElsewhere(stage.chapterId, aRow('hello'));
    for (const person of ['ana', 'ben']) stage.stock(person);
    stage.plenary('cleo').open(stage.chapterId);
    await stage.settle();
    expect(stage.log.calls.append).toBe(0);
  });

  it('[R4.5] what a client sends while its chapter loads is not lost', async () => {
    const stage = new RelayStage();
    stage.log.hold();
    const ana = stage.stock('ana');
    ana.insert(0, 'typed at once');
    await stage.settle();
    stage.log.release();
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('typed at once');
  });
});

describe('coming back costs what was missed', () => {
  it('[R5] [R5.1] a stock client gets only what it lacks, deletions included', async () => {
    const stage = new RelayStage({ compactRows: 2 });
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'x'.repeat(5_000));
    await stage.settle();
    ben.disconnect();
    ana.remove(0, 10);
    await stage.settle();
    ana.insert(0, 'news');
    await stage.settle();
    ana.remove(20, 5);
    await stage.settle();
    ben.connect();
    await stage.settle();
    expect(ben.text).toBe(ana.text);
    expect(bytesOf(textFrames(ben))).toBeLessThan(100);
  });

  it('[R5.1] an up-to-date stock client gets the deletions alone', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(5_000));
    ana.remove(7, 3);
    await stage.settle();
    ana.disconnect();
    ana.connect();
    await stage.settle();
    const [answer] = textFrames(ana);
    expect(answer!.byteLength).toBeLessThan(30);
  });

  it('[R5.1] a client from before the stored state gets a correct difference', async () => {
    const stage = new RelayStage({ compactRows: 2 });
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'first ');
    await stage.settle();
    ben.disconnect();
    for (const word of ['a', 'b', 'c', 'd', 'e', 'f']) {
      ana.insert(3, word);
      ana.remove(0, 1);
      await stage.settle();
    }
    ben.insert(0, 'mine ');
    ben.connect();
    await stage.settle();
    expect(ben.text).toBe(ana.text);
    expect(ana.text).toContain('mine ');
  });

  it('[R5.6] a difference of a large text is worked out once for all who ask from one place', async () => {
    const inline = inlineMerger();
    let asked = 0;
    const merger: Merger = {
      ...inline,
      diff: (update, vector) => {
        asked += 1;
        return inline.diff(update, vector);
      },
    };
    const stage = new RelayStage({ compactRows: 2, heavyBytes: 100 }, undefined, { merger });
    const writer = stage.stock('ben');
    await stage.settle();
    writer.insert(0, 'a'.repeat(300));
    await stage.settle();
    const before = encodeStateAsUpdate(writer.doc);
    for (const words of ['b', 'c', 'd', 'e']) {
      writer.insert(0, words);
      await stage.settle();
    }
    writer.remove(2, 1);
    await stage.settle();
    const back = Array.from({ length: 10 }, (_, i) => {
      const doc = new Doc();
      applyUpdate(doc, before);
      return stage.stock(`p${i}`, { doc });
    });
    await stage.settle();
    for (const client of back) expect(client.text).toBe(writer.text);
    expect(asked).toBe(1);
  });

  it('[R5.2] our own client resumes from its position and gets the rows after it', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(5_000));
    await stage.settle();
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId);
    await stage.settle();
    const { generation } = ben.last('opened');
    const { position } = ben.last('updates');
    ben.disconnect();
    ana.remove(0, 4_990);
    await stage.settle();
    const back = stage.plenary('ben');
    back.open(stage.chapterId, { generation, position });
    await stage.settle();
    expect(back.last('opened')).toMatchObject({ resumed: true, head: 2 });
    expect(back.all('state')).toEqual([]);
    expect(back.all('updates')).toMatchObject([{ from: 1, position: 2 }]);
    expect(bytesOf(back.socket.frames)).toBeLessThan(150);
  });

  it('[R5.3] a resume from before the stored state reads the rows from the log', async () => {
    const stage = new RelayStage({ compactRows: 3 });
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(5_000));
    await stage.settle();
    const { generation } = (await stage.log.load(stage.chapterId))!;
    for (const word of ['a', 'b', 'c', 'd']) {
      ana.insert(0, word);
      await stage.settle();
    }
    expect((await stage.log.load(stage.chapterId))!.statePosition).toBe(4);
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId, { generation, position: 1 });
    await stage.settle();
    expect(ben.all('state')).toEqual([]);
    expect(ben.last('updates').position).toBe(5);
    expect(bytesOf(ben.socket.frames)).toBeLessThan(300);
  });

  it('[R5.3] when that would be more than the text, the text is sent', async () => {
    const stage = new RelayStage({ compactRows: 3, readRows: 4 });
    const ana = stage.stock('ana');
    await stage.settle();
    for (let i = 0; i < 12; i += 1) {
      ana.insert(0, 'x');
      await stage.settle();
    }
    const { generation } = (await stage.log.load(stage.chapterId))!;
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId, { generation, position: 1 });
    await stage.settle();
    expect(ben.all('state')).toHaveLength(1);
    expect(wordsOf(ben.read())).toBe('x'.repeat(12));
  });

  it('[R5.4] what is committed while a client is being brought up reaches it too', async () => {
    const stage = new RelayStage();
    stage.log.appendElsewhere(stage.chapterId, aRow('old '));
    const ana = stage.stock('ana');
    await stage.settle();
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId);
    ana.insert(4, 'new');
    await stage.settle();
    expect(wordsOf(ben.read())).toBe('old new');
    const doc = new Doc();
    const [bytes] = recordOf(doc, () => {
      sync(ana.doc, doc);
      write(doc, '!');
    }).slice(-1);
    const { room } = ben.last('opened');
    ben.send({ type: 'update', room, seq: 1, bytes: bytes! });
    await stage.settle();
    expect(ana.text).toBe('old new!');
    expect(encodeStateAsUpdate(ben.read())).toEqual(encodeStateAsUpdate(ana.doc));
  });
});

function aRow(words: string) {
  return { personId: 'zoe', via: 'token' as const, bytes: anUpdate(words), newClients: [] };
}

/** Frames with text that came to a stock client, without questions and presence. */
function textFrames(client: FakeStockClient): Uint8Array[] {
  return client.socket.frames.filter((frame) => {
    const { type } = decodeStockMessage(frame);
    return type === 'step2' || type === 'update';
  });
}

function bytesOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}
