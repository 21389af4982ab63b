import { RelayStage, anUpdate, updatesOf, wordsOf } from '@plenary/testing';
import { encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import type { Access } from '@plenary/protocol';

const FROZEN: Access = { mode: 'read', reason: 'frozen' };
const OBSERVER: Access = { mode: 'read', reason: 'role' };
const NONE: Access = { mode: 'none' };

describe('rights are checked where writes enter', () => {
  it('[R6] [R6.2] an edit without the right to write is refused, and nobody sees it', async () => {
    const stage = new RelayStage();
    stage.authority.set('ana', OBSERVER);
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    const { room, access } = ana.last('opened');
    expect(access).toEqual(OBSERVER);
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('no') });
    await stage.settle();
    expect(ana.last('refused')).toEqual({ type: 'refused', room, seq: 1, reason: 'read-only' });
    expect(ben.text).toBe('');
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
  });

  it('[R6.2] a stock client that writes without the right is closed for good', async () => {
    const stage = new RelayStage();
    stage.authority.set('ana', OBSERVER);
    const ana = stage.stock('ana');
    await stage.settle();
    const { socket } = ana;
    ana.insert(0, 'no');
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4403);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
  });

  it('[R6.3] after a row about rights nothing is judged by the old ones', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const [first, second] = updatesOf('a', 'b');
    stage.log.hold();
    ana.send({ type: 'update', room, seq: 1, bytes: first! });
    await stage.settle();
    // The freeze is committed while the edit is on its way to the log, and nobody says so.
    stage.authority.set('ana', FROZEN);
    stage.log.appendRights(stage.chapterId);
    ana.send({ type: 'update', room, seq: 2, bytes: second! });
    stage.log.release();
    await stage.settle();
    expect(ana.all('refused').map((refused) => refused.reason)).toEqual(['frozen', 'frozen']);
    expect(ana.last('access').access).toEqual(FROZEN);
    expect(wordsOf(stage.logged())).toBe('');
  });

  it('[R6.3] a change takes effect on open connections as soon as the relay is told', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    stage.authority.set('ana', FROZEN);
    stage.relay.poke(stage.chapterId, stage.log.appendRights(stage.chapterId));
    await stage.settle();
    expect(ana.last('access').access).toEqual(FROZEN);
    stage.authority.set('ana', { mode: 'write' });
    stage.relay.poke(stage.chapterId, stage.log.appendRights(stage.chapterId));
    await stage.settle();
    expect(ana.last('access').access).toEqual({ mode: 'write' });
  });

  it('[R6.3] who comes in while rights change gets none from before the change', async () => {
    const stage = new RelayStage();
    const chair = stage.plenary('chair');
    chair.open(stage.chapterId);
    await stage.settle();
    const late = Promise.withResolvers<Access>();
    const { authority } = stage;
    const ask = authority.accessOf.bind(authority);
    authority.accessOf = () => late.promise;
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    authority.accessOf = ask;
    authority.set('ana', FROZEN);
    stage.log.appendRights(stage.chapterId);
    stage.relay.poke(stage.chapterId);
    await stage.settle();
    // The answer to the question asked before the freeze.
    late.resolve({ mode: 'write' });
    await stage.settle();
    expect(ana.last('opened').access).toEqual(FROZEN);
    const { room } = ana.last('opened');
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('no') });
    await stage.settle();
    expect(ana.last('refused')).toMatchObject({ seq: 1, reason: 'frozen' });
  });

  it('[R6.3] one question is asked for each person, however many clients they have', async () => {
    const stage = new RelayStage();
    for (let i = 0; i < 5; i += 1) stage.stock('ana');
    stage.stock('ben');
    await stage.settle();
    const { asked } = stage.authority;
    stage.relay.poke(stage.chapterId, stage.log.appendRights(stage.chapterId));
    await stage.settle();
    expect(stage.authority.asked - asked).toBe(2);
  });

  it('[R6.4] where rights cannot be asked for nobody writes, until they can', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.authority.error = new Error('no database');
    stage.relay.poke(stage.chapterId, stage.log.appendRights(stage.chapterId));
    await stage.settle();
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'rights-unknown' });
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.settle();
    // Nothing is wrong with the edit: it is to come again, not to become a draft.
    expect(ana.last('refused').reason).toBe('storage-full');
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
    stage.authority.error = null;
    await stage.clock.advance(1_500);
    expect(ana.last('access').access).toEqual({ mode: 'write' });
    ana.send({ type: 'update', room, seq: 2, bytes: anUpdate('x') });
    await stage.settle();
    expect(ana.last('ack').seq).toBe(2);
  });

  it('[R6.4] who cannot be asked about is not let in', async () => {
    const stage = new RelayStage();
    stage.authority.error = new Error('no database');
    const { socket } = stage.stock('ana');
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId, { ref: 5 });
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4503);
    expect(ben.last('closed')).toEqual({ type: 'closed', ref: 5, room: 0, code: 4503 });
  });

  it('[R6.5] a reader may ask, answer with nothing new, and show where they are', async () => {
    const stage = new RelayStage();
    const ben = stage.stock('ben');
    await stage.settle();
    ben.insert(0, 'text');
    ben.remove(1, 2);
    await stage.settle();
    stage.authority.set('ana', OBSERVER);
    const ana = stage.stock('ana');
    await stage.settle();
    ana.awareness.setLocalStateField('cursor', 3);
    ana.disconnect();
    ana.connect();
    await stage.settle();
    expect(ana.isConnected).toBe(true);
    expect(ana.text).toBe('tt');
    expect(ben.awareness.getStates().get(ana.doc.clientID)).toMatchObject({ cursor: 3 });
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
  });

  it('[R6.6] without access a chapter looks as if it did not exist', async () => {
    const stage = new RelayStage();
    stage.authority.set('ana', NONE);
    const { socket } = stage.stock('ana');
    const ben = stage.plenary('ana');
    ben.open(stage.chapterId, { ref: 1 });
    ben.open('no-such-chapter', { ref: 2 });
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4404);
    expect(ben.all('closed')).toEqual([
      { type: 'closed', ref: 2, room: 0, code: 4404 },
      { type: 'closed', ref: 1, room: 0, code: 4404 },
    ]);
  });

  it('[R6.6] who loses access while inside is put out', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const stock = stage.stock('ana');
    const ben = stage.stock('ben');
    await stage.settle();
    const { room } = ana.last('opened');
    const { socket } = stock;
    stage.authority.set('ana', NONE);
    stage.relay.poke(stage.chapterId, stage.log.appendRights(stage.chapterId));
    await stage.settle();
    expect(ana.last('closed')).toMatchObject({ room, code: 4403 });
    expect(socket.closedWith?.code).toBe(4403);
    const seen = ana.socket.frames.length;
    ben.insert(0, 'secret');
    await stage.settle();
    expect(ana.socket.frames).toHaveLength(seen);
  });

  it('[R6.7] a client with an older document format only reads', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { schemaVersion: 0 });
    await stage.settle();
    const { room, access } = ana.last('opened');
    expect(access).toEqual({ mode: 'read', reason: 'schema' });
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.settle();
    expect(ana.last('refused').reason).toBe('read-only');
  });

  it('[R6.8] an edit of somebody who has left since is judged by their rights all the same', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    stage.log.hold();
    ana.send(encodeSyncUpdate(anUpdate('x')));
    await stage.settle();
    ana.disconnect();
    stage.authority.set('ana', OBSERVER);
    stage.log.appendRights(stage.chapterId);
    stage.log.release();
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('');
  });
});
