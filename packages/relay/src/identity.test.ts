import { RelayStage, recordOf, sync, updatesOf, wordsOf, write } from '@plenary/testing';
import { encodeSyncStep2, encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';

describe('identity is bound', () => {
  it('[R7] [R7.2] text under another person’s Yjs id is refused', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const mallory = stage.plenary('mallory');
    mallory.open(stage.chapterId);
    await stage.settle();
    ana.insert(0, 'mine');
    await stage.settle();
    const forger = new Doc();
    sync(ana.doc, forger);
    forger.clientID = ana.doc.clientID;
    const [forged] = recordOf(forger, () => write(forger, ' forged'));
    const { room } = mallory.last('opened');
    mallory.send({ type: 'update', room, seq: 1, bytes: forged! });
    await stage.settle();
    expect(mallory.last('refused')).toMatchObject({ seq: 1, reason: 'foreign' });
    expect(ana.text).toBe('mine');
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
  });

  it('[R7.2] a stock client that forges is closed for good, and the binding outlives memory', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'mine');
    await stage.settle();
    ana.disconnect();
    await stage.clock.advance(60_000);
    expect(stage.relay.stats().rooms).toBe(0);
    const mallory = stage.stock('mallory');
    await stage.settle();
    const { socket } = mallory;
    const forger = new Doc();
    sync(ana.doc, forger);
    forger.clientID = ana.doc.clientID;
    const [forged] = recordOf(forger, () => write(forger, ' forged'));
    mallory.send(encodeSyncUpdate(forged!));
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4422);
    expect(wordsOf(stage.logged())).toBe('mine');
  });

  it('[R7.2] an id that is new in an edit not yet committed is bound already', async () => {
    const stage = new RelayStage();
    const clients = ['ana', 'mallory'].map((person) => stage.plenary(person));
    for (const client of clients) client.open(stage.chapterId);
    await stage.settle();
    const [first, second] = updatesOf('a', 'b');
    stage.log.hold();
    const { room } = clients[0]!.last('opened');
    clients[0]!.send({ type: 'update', room, seq: 1, bytes: first! });
    clients[1]!.send({ type: 'update', room, seq: 1, bytes: second! });
    stage.log.release();
    await stage.settle();
    expect(clients[1]!.last('refused')).toMatchObject({ seq: 1, reason: 'foreign' });
    expect(wordsOf(stage.logged())).toBe('a');
  });

  it('[R7.3] what the room holds is dropped before anything else: no row, no news, no offence', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId);
    await stage.settle();
    ana.insert(0, 'hello');
    ana.remove(0, 2);
    await stage.settle();
    const { room } = ben.last('opened');
    const seen = ana.socket.frames.length;
    ben.send({ type: 'update', room, seq: 3, bytes: encodeStateAsUpdate(ana.doc) });
    await stage.settle();
    expect(ben.last('ack')).toMatchObject({ seq: 3, position: 1 });
    expect(ben.all('refused')).toEqual([]);
    expect(ana.socket.frames).toHaveLength(seen);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
  });

  it('[R7.3] of an update that repeats and adds, only what it adds is stored', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'x'.repeat(1_000));
    await stage.settle();
    ana.doc.clientID += 1;
    const before = stage.log.rowsOf(stage.chapterId).length;
    write(ana.doc, 'y');
    ana.send(encodeSyncUpdate(encodeStateAsUpdate(ana.doc)));
    await stage.settle();
    const rows = stage.log.rowsOf(stage.chapterId).slice(before);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.kind === 'update' && rows[0]!.bytes.byteLength).toBeLessThan(40);
    expect(wordsOf(stage.logged())).toBe(ana.text);
  });

  it('[R7.4] deletions that follow from the text are no edit of whoever repeats them', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    // Two set one key at once: integration deletes one of the values, and no update says so.
    ana.doc.getMap('map').set('key', 'of ana');
    ben.doc.getMap('map').set('key', 'of ben');
    await stage.settle();
    const rows = stage.log.rowsOf(stage.chapterId).length;
    stage.authority.fallback = { mode: 'read', reason: 'role' };
    const reader = stage.stock('cleo');
    await stage.settle();
    reader.send(encodeSyncStep2(encodeStateAsUpdate(ana.doc)));
    await stage.settle();
    expect(reader.isConnected).toBe(true);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(rows);
  });

  it('[R7.4] a real deletion made offline is stored once, under who made it', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'hello world');
    await stage.settle();
    ben.disconnect();
    ben.remove(0, 6);
    ben.connect();
    await stage.settle();
    expect(ana.text).toBe('world');
    const people = stage.log
      .rowsOf(stage.chapterId)
      .map((row) => (row.kind === 'update' ? row.personId : ''));
    expect(people).toEqual(['ana', 'ben']);
    ben.disconnect();
    ben.connect();
    await stage.settle();
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(2);
  });

  it('[R7.7] a person keeps writing under one Yjs id from several sockets', async () => {
    const stage = new RelayStage();
    const [first, second] = updatesOf('a', 'b');
    for (const [i, bytes] of [first!, second!].entries()) {
      const client = stage.plenary('ana');
      client.open(stage.chapterId);
      await stage.settle();
      const { room } = client.last('opened');
      client.send({ type: 'update', room, seq: i + 1, bytes });
      await stage.settle();
      expect(client.last('ack').seq).toBe(i + 1);
    }
    expect(wordsOf(stage.logged())).toBe('ab');
  });
});

describe('a stock client with another history', () => {
  it('[R11.4] its own text is stored, other people’s unlogged text and all deletions are not', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'kept ');
    await stage.settle();
    ana.insert(5, 'lost ');
    await stage.settle();
    for (const client of [ana, ben]) client.disconnect();
    ben.insert(0, 'ben ');
    ben.remove(4, 2);
    // A restore: the second row is gone, and the history is another one.
    stage.log.renewGeneration(stage.chapterId, 1);
    await stage.clock.advance(60_000);
    ben.connect();
    const { socket } = ben;
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4422);
    expect(wordsOf(stage.logged())).toBe('ben kept ');
  });

  it('[R11.4] what builds on the refused text is not stored', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    ana.insert(0, 'kept ');
    await stage.settle();
    ana.insert(5, 'lost ');
    await stage.settle();
    for (const client of [ana, ben]) client.disconnect();
    ben.insert(7, 'inside');
    stage.log.renewGeneration(stage.chapterId, 1);
    await stage.clock.advance(60_000);
    ben.connect();
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('kept ');
    expect(encodeStateVector(stage.logged())).not.toEqual(encodeStateVector(ben.doc));
  });
});
