import { RelayStage, anUpdate, updatesOf, type FakeSocket } from '@plenary/testing';
import { encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import type { FlushFigures } from './room-ports.ts';

const typesOf = ({ events }: FakeSocket): readonly string[] => events.map(({ type }) => type);

describe('what is told about a connection', () => {
  it('is told of every chapter it comes into and leaves', async () => {
    const stage = new RelayStage();
    const second = stage.log.createChapter();
    const own = stage.plenary('ana');
    own.open(stage.chapterId);
    own.open(second, { ref: 2 });
    await stage.settle();
    own.send({ type: 'close', room: own.all('opened')[0]!.room });
    own.disconnect();
    expect(own.socket.events).toEqual([
      { type: 'entered', chapterId: stage.chapterId, mode: 'write' },
      { type: 'entered', chapterId: second, mode: 'write' },
      { type: 'left', chapterId: stage.chapterId },
      { type: 'left', chapterId: second },
    ]);
  });

  it('is told nothing of what passes as it should', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    const { socket } = ana;
    for (let i = 0; i < 20; i += 1) ana.insert(0, 'x');
    await stage.settle();
    expect(typesOf(socket)).toEqual(['entered']);
  });

  it('is told why an update was refused, and that one waits', async () => {
    const stage = new RelayStage();
    const own = stage.plenary('ana');
    own.open(stage.chapterId);
    await stage.settle();
    const { room } = own.last('opened');
    const [, second] = updatesOf('a', 'b');
    own.send({ type: 'update', room, seq: 1, bytes: new Uint8Array([9, 9, 9]) });
    own.send({ type: 'close', room });
    own.open(stage.chapterId);
    await stage.settle();
    own.send({ type: 'update', room, seq: 1, bytes: second! });
    await stage.settle();
    const { chapterId } = stage;
    expect(own.socket.events).toContainEqual({ type: 'refused', chapterId, reason: 'malformed' });
    const bytes = second!.byteLength;
    expect(own.socket.events.at(-1)).toEqual({ type: 'parked', chapterId, bytes });
    expect(stage.relay.stats().parked).toBe(1);
  });

  it('is told that it is slow, and why a chapter is over for it', async () => {
    const stage = new RelayStage({ slowReaderBytes: 2_000 });
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    const cleo = stage.stock('cleo');
    await stage.settle();
    const { socket } = ben;
    const { socket: other } = cleo;
    socket.stalled = true;
    for (let i = 0; i < 20; i += 1) {
      ana.insert(0, 'x'.repeat(200));
      await stage.settle();
    }
    expect(typesOf(socket)).toEqual(['entered', 'slow']);
    stage.authority.set('cleo', { mode: 'none' });
    stage.log.appendRights(stage.chapterId);
    stage.relay.poke(stage.chapterId);
    await stage.settle();
    expect(typesOf(other)).toEqual(['entered', 'left', 'put-out']);
    expect(other.events.at(-1)).toMatchObject({ reason: 'forbidden' });
  });
});

describe('what is told about a flush', () => {
  it('names its updates, rows, bytes and the time since the oldest came', async () => {
    const flushes: FlushFigures[] = [];
    const metrics = {
      observeCommit: () => {},
      observeCatchUp: () => {},
      observeFlush: (flush: FlushFigures) => void flushes.push(flush),
    };
    const stage = new RelayStage({}, undefined, { metrics });
    const ana = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    stage.log.hold();
    const bytes = anUpdate('one');
    ana.send(encodeSyncUpdate(bytes));
    await stage.clock.advance(70);
    ana.insert(0, 'two');
    ben.insert(0, 'three');
    stage.log.release();
    await stage.settle();
    expect(flushes.map(({ updates, rows }) => [updates, rows])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const [first] = flushes;
    expect(first!.lagMs).toBeGreaterThanOrEqual(70);
    expect(first!.bytes).toBe(bytes.byteLength);
  });
});
