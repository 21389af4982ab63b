import {
  RelayStage,
  anIdentity,
  anUpdate,
  sync,
  updatesOf,
  wordsOf,
  write,
} from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Doc, decodeUpdate } from 'yjs';

describe('durable before visible', () => {
  it('[R1] [R1.1] nobody sees an edit before it is committed, not even its author', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    const [seenByAna, seenByBen] = [ana.socket.frames.length, ben.socket.frames.length];
    stage.log.hold();
    ana.insert(0, 'hello');
    await stage.settle();
    expect(ana.socket.frames).toHaveLength(seenByAna);
    expect(ben.socket.frames).toHaveLength(seenByBen);
    stage.log.release();
    await stage.settle();
    expect(ana.socket.frames).toHaveLength(seenByAna + 1);
    expect(ben.text).toBe('hello');
    expect(wordsOf(stage.logged())).toBe('hello');
  });

  it('[R1.2] our own client is told the number of its update once that is on disk', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.hold();
    ana.send({ type: 'update', room, seq: 7, bytes: anUpdate('hello') });
    await stage.settle();
    expect(ana.all('ack')).toEqual([]);
    stage.log.release();
    await stage.settle();
    expect(ana.last('ack')).toEqual({ type: 'ack', room, seq: 7, position: 1 });
    const types = ana.messages.map((message) => message.type);
    expect(types.indexOf('updates')).toBeLessThan(types.indexOf('ack'));
  });

  it('[R1.2] an acknowledgement waits for every update before it', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const [first, second, third] = updatesOf('a', 'b', 'c');
    ana.send({ type: 'update', room, seq: 1, bytes: first! });
    ana.send({ type: 'update', room, seq: 2, bytes: third! });
    await stage.settle();
    expect(ana.all('ack').map((ack) => ack.seq)).toEqual([1]);
    ana.send({ type: 'update', room, seq: 3, bytes: second! });
    await stage.settle();
    expect(ana.all('ack').map((ack) => ack.seq)).toEqual([1, 3]);
  });

  it('[R1.3] an edit that was stored, but nobody was told so, is stored once', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    failOnce(stage, 'stored');
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('hello') });
    await stage.settle();
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
    expect(ana.last('ack')).toMatchObject({ seq: 1, position: 1 });
    expect(wordsOf(ana.read())).toBe('hello');
  });

  it('[R1.3] an edit that was lost on the way to the log is appended again', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    failOnce(stage, 'lost');
    ana.insert(0, 'hello');
    await stage.settle();
    expect(ben.text).toBe('hello');
    expect(wordsOf(stage.logged())).toBe('hello');
  });

  it('[R1.3] [R13.8] what another node stored of a client does not stand for what waits here', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const [first, second] = updatesOf('a', 'b');
    stage.log.hold();
    ana.send({ type: 'update', room, seq: 1, bytes: first! });
    ana.send({ type: 'update', room, seq: 2, bytes: second! });
    await stage.settle();
    // The first of them had got to another node before the client moved here.
    const row = { personId: 'ana', via: 'password' as const, bytes: first!, newClients: [] };
    stage.log.appendElsewhere(stage.chapterId, row);
    stage.log.release();
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('ab');
    expect(ana.last('ack').seq).toBe(2);
  });

  it('[R1.4] with a full store nothing is acknowledged, and everybody is told', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.faultOf = () => 'full';
    const [first, second] = updatesOf('a', 'b');
    ana.send({ type: 'update', room, seq: 1, bytes: first! });
    await stage.settle();
    expect(ana.last('refused')).toEqual({ type: 'refused', room, seq: 1, reason: 'storage-full' });
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'storage-full' });
    ana.send({ type: 'update', room, seq: 2, bytes: second! });
    const { socket } = ben;
    ben.insert(0, 'x');
    await stage.settle();
    expect(ana.last('refused')).toMatchObject({ seq: 2, reason: 'storage-full' });
    expect(ana.all('ack')).toEqual([]);
    expect(socket.closedWith?.code).toBe(4507);
  });

  it('[R1.5] when the store takes rows again, writing goes on where it stopped', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.faultOf = () => 'full';
    const bytes = anUpdate('hello');
    ana.send({ type: 'update', room, seq: 1, bytes });
    await stage.settle();
    stage.log.faultOf = () => null;
    await stage.clock.advance(5_000);
    expect(ana.last('access').access).toEqual({ mode: 'write' });
    ana.send({ type: 'update', room, seq: 2, bytes });
    await stage.settle();
    expect(ana.last('ack')).toMatchObject({ seq: 2 });
    expect(wordsOf(stage.logged())).toBe('hello');
  });
});

describe('one frame for all, one person a row', () => {
  it('[R3] [R3.1] edits that arrive during a commit share the next one, and its one frame', async () => {
    const stage = new RelayStage();
    const writers = ['ana', 'ben', 'cleo'].map((person) => stage.stock(person));
    const reader = stage.stock('dan');
    await stage.settle();
    const appends = stage.log.calls.append;
    const seen = reader.socket.frames.length;
    stage.log.hold();
    writers[0]!.insert(0, 'x');
    await stage.settle();
    for (let i = 0; i < 10; i += 1) {
      for (const writer of writers) writer.insert(0, 'x');
      await stage.settle();
    }
    stage.log.release();
    await stage.settle();
    expect(stage.log.calls.append - appends).toBe(2);
    expect(reader.socket.frames.length - seen).toBe(2);
    expect(reader.text).toBe('x'.repeat(31));
  });

  it('[R3.2] the same buffer goes to every socket, the author’s included', async () => {
    const stage = new RelayStage();
    const clients = ['ana', 'ben', 'cleo'].map((person) => stage.stock(person));
    await stage.settle();
    clients[0]!.insert(0, 'hello');
    await stage.settle();
    const last = clients.map((client) => client.socket.frames.at(-1)!);
    expect(last[1]).toBe(last[0]);
    expect(last[2]).toBe(last[0]);
  });

  it('[R3.3] a row holds one person’s edits, signed in one way', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const asOperator = stage.stock(anIdentity('ana', { via: 'operator' }));
    const ben = stage.stock('ben');
    await stage.settle();
    stage.log.hold();
    ana.insert(0, '1');
    await stage.settle();
    for (const client of [ana, ben, asOperator, ana, ben]) client.insert(0, 'x');
    stage.log.release();
    await stage.settle();
    const rows = stage.log.rowsOf(stage.chapterId).flatMap((row) => {
      if (row.kind !== 'update') return [];
      const clients = new Set(decodeUpdate(row.bytes).structs.map((struct) => struct.id.client));
      return [{ person: row.personId, via: row.via, clients: [...clients] }];
    });
    expect(rows).toEqual([
      { person: 'ana', via: 'password', clients: [ana.doc.clientID] },
      { person: 'ana', via: 'password', clients: [ana.doc.clientID] },
      { person: 'ben', via: 'password', clients: [ben.doc.clientID] },
      { person: 'ana', via: 'operator', clients: [asOperator.doc.clientID] },
    ]);
  });

  it('[R3.4] a row never comes before the one it builds on', async () => {
    const stage = new RelayStage();
    const shared = new Doc();
    const updates: Uint8Array[] = [];
    const ana = new Doc();
    const ben = new Doc();
    for (const doc of [ana, ben]) doc.on('update', (bytes: Uint8Array) => updates.push(bytes));
    write(ana, 'a');
    sync(ana, ben, shared);
    updates.length = 1;
    write(ben, 'b');
    sync(ben, ana, shared);
    updates.length = 2;
    write(ana, 'c');
    const senders = ['ana', 'ben', 'ana'];
    const clients = new Map(['ana', 'ben'].map((person) => [person, stage.plenary(person)]));
    for (const client of clients.values()) client.open(stage.chapterId);
    await stage.settle();
    senders.forEach((person, i) => {
      const client = clients.get(person)!;
      const { room } = client.last('opened');
      client.send({ type: 'update', room, seq: i + 1, bytes: updates[i]! });
    });
    await stage.settle();
    const authors = stage.log
      .rowsOf(stage.chapterId)
      .map((row) => (row.kind === 'update' ? row.personId : ''));
    expect(authors).toEqual(['ana', 'ben', 'ana']);
    expect(wordsOf(stage.logged())).toBe('abc');
  });
});

/** The next append fails in a way; those after it do not. */
function failOnce(stage: RelayStage, fault: 'lost' | 'stored'): void {
  stage.log.faultOf = () => {
    stage.log.faultOf = () => null;
    return fault;
  };
}
