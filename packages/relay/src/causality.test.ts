import { RelayStage, updatesOf, wordsOf } from '@plenary/testing';
import { decodeStockMessage, encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, decodeStateVector } from 'yjs';
import { IdRanges } from './id-ranges.ts';
import { encodeDeletions } from './yjs-bytes.ts';

describe('the log is causally closed', () => {
  it('[R14.3] an update with a gap waits while its client is asked for what is missing', async () => {
    const { stage, own, room } = await oneInside();
    const [first, second, third] = updatesOf('a', 'b', 'c');
    own.send({ type: 'update', room, seq: 1, bytes: third! });
    own.send({ type: 'update', room, seq: 2, bytes: second! });
    await stage.settle();
    expect(own.all('missing')).toHaveLength(1);
    expect(decodeStateVector(own.last('missing').stateVector).size).toBe(0);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
    own.send({ type: 'update', room, seq: 3, bytes: first! });
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('abc');
    expect(own.last('ack').seq).toBe(3);
    expect(stage.relay.stats().parkedBytes).toBe(0);
  });

  it('[R14.3] a stock client is asked by a step 1, and its answer closes the gap', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    // An update that never arrives: the socket swallows it.
    const send = ana.send.bind(ana);
    ana.send = () => {};
    ana.insert(0, 'lost ');
    ana.send = send;
    ana.insert(5, 'found');
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('lost found');
    const asked = ana.socket.frames.filter((frame) => decodeStockMessage(frame).type === 'step1');
    expect(asked).toHaveLength(2);
  });

  it('[R14.4] what waits too long is refused, and nothing more is stored until the gap is closed', async () => {
    const { stage, own, room } = await oneInside();
    const ben = stage.stock('ben');
    await stage.settle();
    ben.insert(0, 'text of ben');
    await stage.settle();
    const [first, second, third] = updatesOf('a', 'b', 'c');
    own.send({ type: 'update', room, seq: 1, bytes: second! });
    await stage.clock.advance(11_000);
    expect(own.all('refused')).toMatchObject([{ seq: 1, reason: 'not-causal' }]);
    // A deletion could be placed, but it may belong to what was refused.
    const deletion = new IdRanges();
    deletion.add(ben.doc.clientID, 0, 4);
    own.send({ type: 'update', room, seq: 2, bytes: encodeDeletions(deletion) });
    own.send({ type: 'update', room, seq: 3, bytes: third! });
    await stage.settle();
    expect(own.all('refused')).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect(ben.text).toBe('text of ben');
    own.send({ type: 'update', room, seq: 4, bytes: first! });
    own.send({ type: 'update', room, seq: 5, bytes: second! });
    await stage.settle();
    expect(own.last('ack').seq).toBe(5);
    expect(wordsOf(stage.logged())).toContain('ab');
  });

  it('[R14.5] what may wait is bounded', async () => {
    const { stage, own, room } = await oneInside({ parkedMemberBytes: 1_000 });
    const pieces = updatesOf('start', ...Array.from({ length: 20 }, () => 'x'.repeat(200)));
    pieces.slice(1).forEach((bytes, i) => {
      own.send({ type: 'update', room, seq: i + 1, bytes });
    });
    await stage.settle();
    expect(stage.relay.stats().parkedBytes).toBe(0);
    expect(own.all('refused')).toHaveLength(20);
    expect(own.last('refused').reason).toBe('not-causal');
  });

  it('[R14.6] a deletion of what does not exist yet erases nothing that comes later', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const mallory = stage.stock('mallory');
    await stage.settle();
    ana.insert(0, 'hello');
    await stage.settle();
    const future = new IdRanges();
    future.add(ana.doc.clientID, 0, 1_000);
    mallory.send(encodeSyncUpdate(encodeDeletions(future)));
    await stage.settle();
    ana.insert(5, ' world');
    await stage.settle();
    await stage.clock.advance(15_000);
    ana.insert(11, '!');
    await stage.settle();
    expect(ana.text).toBe('hello world!');
    expect(wordsOf(stage.logged())).toBe('hello world!');
    const [row] = stage.log.rowsOf(stage.chapterId);
    expect(row).toMatchObject({ personId: 'ana' });
  });

  it('[R14.7] what a client has waiting goes with it: it has it, and will send it again', async () => {
    const { stage, own, room } = await oneInside();
    const [first, second] = updatesOf('a', 'b');
    own.send({ type: 'update', room, seq: 1, bytes: second! });
    await stage.settle();
    expect(stage.relay.stats().parkedBytes).toBeGreaterThan(0);
    own.disconnect();
    expect(stage.relay.stats().parkedBytes).toBe(0);
    const back = stage.plenary('ana');
    back.open(stage.chapterId);
    await stage.settle();
    [first!, second!].forEach((bytes, i) => {
      back.send({ type: 'update', room: back.last('opened').room, seq: i + 1, bytes });
    });
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('ab');
  });

  it('[R14.8] every prefix of the log is a document with nothing pending', async () => {
    const stage = new RelayStage();
    const clients = ['ana', 'ben', 'cleo'].map((person) => stage.stock(person));
    await stage.settle();
    for (let i = 0; i < 30; i += 1) {
      for (const client of clients) {
        client.insert(Math.min(i, client.text.length), `${i} `);
        if (i % 3 === 0) client.remove(0, 1);
      }
      await stage.clock.advance(i % 4);
    }
    await stage.settle();
    const doc = new Doc();
    for (const row of stage.log.rowsOf(stage.chapterId)) {
      if (row.kind === 'update') applyUpdate(doc, row.bytes);
      expect(doc.store.pendingStructs).toBeNull();
      expect(doc.store.pendingDs).toBeNull();
    }
    expect(clients.map((client) => client.text)).toEqual(clients.map(() => wordsOf(doc)));
  });
});

async function oneInside(limits = {}) {
  const stage = new RelayStage(limits);
  const own = stage.plenary('ana');
  own.open(stage.chapterId);
  await stage.settle();
  return { stage, own, room: own.last('opened').room };
}
