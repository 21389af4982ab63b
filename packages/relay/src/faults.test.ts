import { RelayStage, anUpdate, mulberry32, updatesOf, wordsOf } from '@plenary/testing';
import { encodeClientMessage, encodeQueryAwareness, encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { encodeStateVector, type Doc } from 'yjs';

/** Frames thrown at the relay. */
const RANDOM_FRAMES = 10_000;

describe('one bad thing stays one bad thing', () => {
  it('[R9] [R9.1] a malformed frame ends its socket for good, and no other', async () => {
    const stage = new RelayStage();
    const bad = [
      [255],
      [0, 7],
      [0, 2, 200],
      [1, 3, 1],
      [2, 0, 1, 65],
      [],
      [0, 0, 2, 9, 1],
      [1, 1, 200],
    ];
    const clients = bad.map(() => stage.stock('mallory'));
    const ana = stage.stock('ana');
    const own = stage.plenary('mallory');
    await stage.settle();
    const sockets = clients.map((client) => client.socket);
    clients.forEach((client, i) => client.send(new Uint8Array(bad[i]!)));
    own.sendRaw(new Uint8Array([99, 1, 2]));
    ana.insert(0, 'still here');
    await stage.settle();
    expect(sockets.map((socket) => socket.closedWith?.code)).toEqual(bad.map(() => 4400));
    expect(own.socket.closedWith?.code).toBe(4400);
    expect(wordsOf(stage.logged())).toBe('still here');
    expect(stage.linesAt('error')).toEqual([]);
  });

  it('[R9.4] when the server fails to serve a client, that client may try again', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'hello');
    await stage.settle();
    ana.disconnect();
    stage.authority.error = new Error('no database');
    ana.connect();
    const { socket } = ana;
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4503);
  });

  it('[R9.2] an update that is none is refused, and closes a stock client', async () => {
    const stage = new RelayStage();
    const own = stage.plenary('mallory');
    own.open(stage.chapterId);
    const stock = stage.stock('mallory');
    await stage.settle();
    const { room } = own.last('opened');
    const { socket } = stock;
    own.send({ type: 'update', room, seq: 1, bytes: new Uint8Array([1, 200, 3]) });
    stock.send(encodeSyncUpdate(new Uint8Array([1, 200, 3])));
    await stage.settle();
    expect(own.last('refused')).toMatchObject({ seq: 1, reason: 'malformed' });
    expect(socket.closedWith?.code).toBe(4400);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
  });

  it('[R9.3] ten thousand random and mutated frames crash nothing and fill nothing', async () => {
    const seed = 20_261_121;
    const random = mulberry32(seed);
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'the text under attack');
    await stage.settle();
    const samples = sampleFrames(ana.doc);
    let opened = 0;
    for (let i = 0; i < RANDOM_FRAMES; i += 1) {
      const frame = random() < 0.3 ? randomBytes(random) : mutate(pick(samples, random), random);
      const isOwn = random() < 0.3;
      const target = isOwn ? stage.plenary('mallory') : stage.stock('mallory');
      if ('open' in target) target.open(stage.chapterId);
      opened += 1;
      if (i % 50 === 0) await stage.clock.advance(20);
      if ('open' in target) target.sendRaw(frame);
      else target.send(frame);
      if (i % 50 === 25) await stage.clock.advance(20);
      target.disconnect();
    }
    await stage.clock.advance(15_000);
    expect(opened, `seed ${seed}`).toBe(RANDOM_FRAMES);
    expect(stage.linesAt('error'), `seed ${seed}`).toEqual([]);
    expect(stage.relay.stats()).toMatchObject({ sockets: 1, members: 1, rooms: 1, parkedBytes: 0 });
    expect(stage.relay.stats().heldBytes).toBeLessThan(1_000_000);
    // Whatever was let in can be read by everybody.
    const ben = stage.stock('ben');
    await stage.settle();
    expect(encodeStateVector(ben.doc)).toEqual(encodeStateVector(stage.logged()));
    expect(ben.text).toBe(wordsOf(stage.logged()));
  });

  it('[R9.4] a chapter that cannot go on is put out of service alone, and comes back', async () => {
    const stage = new RelayStage({ reloadMs: 1_000, quarantineMs: 60_000 });
    const other = stage.log.createChapter('other');
    const ana = stage.stock('ana');
    const ben = stage.plenary('ben');
    ben.open(other);
    await stage.settle();
    const { socket } = ana;
    const sick = stage.chapterId;
    stage.log.faultOf = (id) => (id === sick ? 'lost' : null);
    stage.log.loadError = new Error('poisoned');
    ana.insert(0, 'kept here');
    await stage.clock.advance(2_000);
    expect(socket.closedWith?.code).toBe(4503);
    stage.log.loadError = null;
    stage.log.faultOf = () => null;
    const { room } = ben.last('opened');
    ben.send({ type: 'update', room, seq: 1, bytes: anUpdate('fine') });
    await stage.settle();
    expect(ben.last('ack').seq).toBe(1);
    expect(stage.relay.stats().quarantines).toBe(1);
    const early = stage.stock('cleo');
    await stage.settle();
    expect(early.isConnected).toBe(false);
    await stage.clock.advance(60_000);
    ana.connect();
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('kept here');
  });

  it('[R9.5] a slow reader is left out and then brought up by a difference', async () => {
    const stage = new RelayStage({ slowReaderBytes: 2_000 });
    const ana = stage.stock('ana');
    const slow = stage.stock('ben');
    const own = stage.plenary('cleo');
    own.open(stage.chapterId);
    await stage.settle();
    for (const socket of [slow.socket, own.socket]) socket.stalled = true;
    const seen = slow.socket.frames.length;
    for (let i = 0; i < 50; i += 1) {
      ana.insert(0, 'x'.repeat(200));
      await stage.settle();
    }
    expect(slow.socket.bufferedBytes).toBeLessThan(3_000);
    expect(own.socket.bufferedBytes).toBeLessThan(3_000);
    expect(stage.relay.stats().slowReaders).toBe(2);
    slow.readOn(seen);
    own.socket.drain();
    await stage.clock.advance(1_000);
    expect(slow.text).toBe(ana.text);
    expect(wordsOf(own.read())).toBe(ana.text);
    const positions = own.all('updates').map(({ from, position }) => [from, position]);
    for (let i = 1; i < positions.length; i += 1)
      expect(positions[i]![0]).toBe(positions[i - 1]![1]);
    ana.insert(0, 'live again');
    await stage.settle();
    expect(slow.text).toBe(ana.text);
  });

  it('[R9.5] what waits for a reader that stalls stays small, large frames and questions included', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const slow = stage.stock('ben');
    const own = stage.plenary('cleo');
    own.open(stage.chapterId);
    await stage.settle();
    const { socket } = slow;
    for (const stalled of [socket, own.socket]) stalled.stalled = true;
    ana.insert(0, 'x'.repeat(900_000));
    await stage.settle();
    for (let i = 0; i < 5; i += 1) {
      ana.insert(0, 'x'.repeat(3_500_000));
      await stage.settle();
    }
    ana.awareness.setLocalStateField('blob', 'x'.repeat(4_000));
    await stage.settle();
    for (let i = 0; i < 2_000; i += 1) {
      slow.send(encodeQueryAwareness());
      own.send({ type: 'ping', nonce: i });
    }
    await stage.clock.advance(5_000);
    expect(socket.bufferedBytes).toBeLessThan(4 * 1_024 * 1_024);
    expect(own.socket.bufferedBytes).toBeLessThan(4 * 1_024 * 1_024);
    const seen = own.all('pong').length;
    own.socket.bufferedBytes = 2_000_000;
    own.send({ type: 'ping', nonce: 1 });
    expect(own.all('pong')).toHaveLength(seen);
  });

  it('[R9.6] a reader that takes nothing for a minute is closed', async () => {
    const stage = new RelayStage({ slowReaderBytes: 1_000 });
    const ana = stage.stock('ana');
    const dead = stage.stock('ben');
    await stage.settle();
    const { socket } = dead;
    socket.stalled = true;
    for (let i = 0; i < 20; i += 1) {
      ana.insert(0, 'x'.repeat(200));
      await stage.settle();
    }
    await stage.clock.advance(50_000);
    expect(socket.closedWith).toBeNull();
    await stage.clock.advance(15_000);
    expect(socket.closedWith?.code).toBe(4508);
    expect(ana.isConnected).toBe(true);
  });
});

function sampleFrames(doc: Doc): Uint8Array[] {
  const room = 1;
  const texts = updatesOf('some words', ' and', ' more');
  const deletion = new Uint8Array([0, 1, doc.clientID % 128, 1, 0, 3]);
  return [
    ...texts.map(encodeSyncUpdate),
    encodeSyncUpdate(deletion),
    new Uint8Array([0, 0, ...encodeStateVector(doc)]),
    new Uint8Array([1, 12, 1, 5, 1, 8, ...Buffer.from('{"a":{}}')]),
    encodeClientMessage({ type: 'update', room, seq: 1, bytes: texts[0]! }),
    encodeClientMessage({ type: 'presence', room, bytes: new Uint8Array([0]) }),
    encodeClientMessage({ type: 'ping', nonce: 5 }),
  ];
}

function randomBytes(random: () => number): Uint8Array {
  return Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256));
}

function mutate(frame: Uint8Array, random: () => number): Uint8Array {
  const bytes = [...frame];
  for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
    const at = Math.floor(random() * bytes.length);
    const kind = random();
    if (kind < 0.5) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.7) bytes.splice(at, 1);
    else if (kind < 0.9) bytes.splice(at, 0, Math.floor(random() * 256));
    else bytes.length = at;
  }
  return new Uint8Array(bytes);
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}
