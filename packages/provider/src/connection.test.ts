import { CLOSE_CODES, isRetryable, SUBPROTOCOL } from '@plenary/protocol';
import { mulberry32, ProviderStage, settle, textOf, typeInto } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { delayBefore, LONGEST_DELAY_MS } from './backoff.ts';
import { createMemoryStore, MemoryDisk } from './memory-store.ts';
import {
  CONNECT_DEADLINE_MS,
  NETWORK_CHANGE_DEADLINE_MS,
  PING_INTERVAL_MS,
  PONG_DEADLINE_MS,
  STABLE_AFTER_MS,
} from './connection.ts';

describe('one socket', () => {
  it('[W20] is opened with the subprotocol, and carries several chapters', async () => {
    const stage = new ProviderStage({});
    stage.connection.open('one');
    stage.connection.open('two');
    await settle();
    expect(stage.server.sockets).toHaveLength(1);
    expect(stage.socket.protocol).toBe(SUBPROTOCOL);
    stage.socket.accept();
    expect(stage.socket.of('open').map(({ chapterId }) => chapterId)).toEqual(['one', 'two']);
    await stage.connection.close();
  });

  it('[W22] is not asked for a chapter before its local copy was read', () => {
    const stage = new ProviderStage({});
    stage.socket.accept();
    stage.connection.open('one');
    expect(stage.socket.of('open')).toEqual([]);
  });

  it('[W22] a chapter opened twice is opened once, and left when both have closed it', async () => {
    const stage = new ProviderStage({});
    const first = await stage.openChapter('c', 'text');
    const second = stage.connection.open('c');
    await settle();
    expect(stage.socket.of('open')).toHaveLength(1);
    expect(textOf(second)).toBe('text');
    await first.close();
    await first.close();
    expect(stage.socket.of('close')).toEqual([]);
    await second.close();
    expect(stage.socket.of('close')).toEqual([{ type: 'close', room: 7 }]);
  });

  it('[W22] a chapter reopened at once reads the copy that closing it wrote', async () => {
    const stage = new ProviderStage({});
    const first = await stage.openChapter('c', 'text');
    void first.close();
    const second = stage.connection.open('c');
    await second.whenLoaded;
    expect(textOf(second)).toBe('text');
    await settle();
    expect(stage.socket.of('open').at(-1)).toMatchObject({
      generation: 'generation-1',
      position: 1,
    });
  });

  it('[W51] a chapter that was left keeps what the device could not take, until the server has it', async () => {
    const store = new MemoryDisk({ durable: true }).open();
    const stage = new ProviderStage({ store });
    const replica = await stage.openChapter('c', 'text');
    store.addUnsent = () => Promise.reject(new Error('no room'));
    stage.socket.cut();
    typeInto(replica, 'typed ');
    await settle();
    expect(replica.state).toMatchObject({ kind: 'offline', pending: 1, keptLocally: false });
    await replica.close();
    const again = stage.connection.open('c');
    expect(textOf(again)).toBe('texttyped ');
    await again.close();
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    const [update] = stage.socket.of('update');
    expect(update).toBeDefined();
    expect(stage.socket.of('close')).toEqual([]);
    stage.say({ type: 'ack', room: 7, seq: update?.seq ?? 0, position: 2 });
    await settle();
    expect(stage.socket.of('close')).toEqual([{ type: 'close', room: 7 }]);
    await stage.connection.close();
  });

  it('[W51] closing the page would lose what no copy on the device holds, and nothing else', async () => {
    const store = new MemoryDisk({ durable: true }).open();
    const stage = new ProviderStage({ store });
    const replica = await stage.openChapter('c', 'text');
    typeInto(replica, 'kept ');
    expect(stage.connection.wouldLose).toBe(true);
    await settle();
    expect(stage.connection.wouldLose).toBe(false);
    store.addUnsent = () => Promise.reject(new Error('no room'));
    typeInto(replica, 'not kept ');
    await settle();
    expect(replica.state.kind).toBe('saving');
    expect(stage.connection.wouldLose).toBe(true);
    await replica.close();
    expect(stage.connection.wouldLose).toBe(true);
    await stage.connection.close();
  });

  it('[W51] in a window that keeps nothing, closing it loses whatever is unsent, drafts too', async () => {
    const stage = new ProviderStage({ store: createMemoryStore() });
    const replica = await stage.openChapter('c', 'text');
    expect(stage.connection.wouldLose).toBe(false);
    typeInto(replica, 'typed ');
    await settle();
    expect(stage.connection.wouldLose).toBe(true);
    const { seq } = stage.socket.of('update')[0]!;
    stage.say({ type: 'refused', room: 7, seq, reason: 'read-only' });
    await settle();
    expect(replica.drafts).toHaveLength(1);
    expect(stage.connection.wouldLose).toBe(true);
    await replica.discardDraft(replica.drafts[0]!.id);
    expect(stage.connection.wouldLose).toBe(false);
    await stage.connection.close();
  });

  it('[W21] a frame that cannot be read ends the socket, and another is tried', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    const { socket } = stage;
    socket.sayBytes(new Uint8Array([200, 1, 2]));
    expect(socket.closedByClient).toBe(4000);
    expect(replica.state.kind).toBe('offline');
    await stage.clock.advance(LONGEST_DELAY_MS);
    expect(stage.server.sockets.length).toBeGreaterThan(1);
  });

  it('[W48] nothing of a socket that was given up touches its successor', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter('c', 'text');
    const old = stage.socket;
    old.cut();
    await stage.clock.advance(LONGEST_DELAY_MS);
    await stage.admit('c');
    expect(replica.state.kind).toBe('saved');
    old.cut(4401);
    old.sayBytes(new Uint8Array([200]));
    expect(replica.state.kind).toBe('saved');
    expect(stage.connection.status).toBe('online');
  });
});

describe('liveness', () => {
  it('[W46] pings every 20 s, and gives the socket up when nothing answers', async () => {
    const stage = new ProviderStage({});
    await stage.openChapter();
    const { socket } = stage;
    await stage.clock.advance(PING_INTERVAL_MS);
    expect(socket.of('ping')).toHaveLength(1);
    socket.say({ type: 'pong', nonce: socket.of('ping')[0]?.nonce ?? -1 });
    await stage.clock.advance(PING_INTERVAL_MS + PONG_DEADLINE_MS - 1);
    expect(socket.closedByClient).toBeNull();
    await stage.clock.advance(1);
    expect(socket.closedByClient).not.toBeNull();
    expect(stage.connection.status).toBe('offline');
  });

  it('[W46] any frame is an answer', async () => {
    const stage = new ProviderStage({});
    await stage.openChapter();
    await stage.clock.advance(PING_INTERVAL_MS);
    stage.say({ type: 'presence', room: 7, bytes: new Uint8Array([0]) });
    await stage.clock.advance(PONG_DEADLINE_MS + 1);
    expect(stage.socket.closedByClient).toBeNull();
  });

  it('[W46] an attempt that hangs is given up', async () => {
    const stage = new ProviderStage({});
    await stage.clock.advance(CONNECT_DEADLINE_MS);
    expect(stage.server.sockets[0]?.closedByClient).not.toBeNull();
    await stage.clock.advance(LONGEST_DELAY_MS);
    expect(stage.server.sockets.length).toBeGreaterThan(1);
  });

  it('[W48] when the device says its network changed, the socket has 3 s to answer', async () => {
    const stage = new ProviderStage({});
    await stage.openChapter();
    stage.networkChanged(false);
    expect(stage.socket.of('ping')).toHaveLength(1);
    await stage.clock.advance(NETWORK_CHANGE_DEADLINE_MS);
    expect(stage.connection.status).toBe('offline');
  });
});

describe('reconnecting', () => {
  it('[W47] waits a random part of a bound that doubles to 30 s', () => {
    const random = mulberry32(5);
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const bound = Math.min(30_000, 500 * 2 ** attempt);
      const delay = delayBefore(attempt, random);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(bound);
    }
    expect(delayBefore(3, () => 0.999999)).toBe(3_999);
    expect(delayBefore(50, () => 0)).toBe(0);
  });

  it('[W47] clients cut off together come back apart', () => {
    const random = mulberry32(6);
    const delays = Array.from({ length: 1_000 }, () => delayBefore(4, random));
    const slots = new Set(delays.map((delay) => Math.floor(delay / 100)));
    expect(slots.size).toBe(80);
  });

  it('[W47] a connection that did not last does not shorten the back-off', async () => {
    const longestWait = async (lastsMs: number) => {
      const stage = new ProviderStage({ seed: 9 });
      let longest = 0;
      for (let at = 0; at < 8; at += 1) {
        stage.socket.accept();
        await stage.clock.advance(lastsMs);
        const count = stage.server.sockets.length;
        const cutAt = stage.clock.now();
        stage.socket.cut(1012);
        while (stage.server.sockets.length === count) await stage.clock.advance(100);
        longest = Math.max(longest, stage.clock.now() - cutAt);
      }
      await stage.connection.close();
      return longest;
    };
    expect(await longestWait(0)).toBeGreaterThan(2_000);
    expect(await longestWait(STABLE_AFTER_MS)).toBeLessThanOrEqual(500);
  });

  it('[W48] tries at once when the device says it is online', async () => {
    const stage = new ProviderStage({});
    for (let at = 0; at < 6; at += 1) {
      stage.socket.cut();
      await stage.clock.advance(LONGEST_DELAY_MS);
    }
    stage.socket.cut();
    const before = stage.server.sockets.length;
    stage.networkChanged(true);
    expect(stage.server.sockets).toHaveLength(before + 1);
  });

  it('[W49] never after a permanent code; every chapter says so and keeps what is unsent', async () => {
    for (const { code } of Object.values(CLOSE_CODES)) {
      const stage = new ProviderStage({});
      const replica = await stage.openChapter();
      typeInto(replica, 'a');
      await settle();
      stage.socket.cut(code);
      await stage.clock.advance(10 * LONGEST_DELAY_MS);
      if (isRetryable(code)) {
        expect(stage.server.sockets.length).toBeGreaterThan(1);
        expect(replica.state).toEqual({ kind: 'offline', pending: 1, keptLocally: true });
      } else {
        expect(stage.server.sockets).toHaveLength(1);
        expect(stage.connection.closedCode).toBe(code);
        expect(replica.state).toEqual({ kind: 'closed', code, pending: 1 });
      }
      expect((await stage.store.peek('c')).unsent).toHaveLength(1);
      await stage.connection.close();
    }
  });

  it('[W49] the person may try again, and what was unsent goes out', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    await settle();
    stage.socket.cut(4401);
    stage.connection.retry();
    await stage.admit('c');
    expect(stage.socket.of('update')).toHaveLength(1);
    expect(replica.state).toEqual({ kind: 'saving', pending: 1 });
  });

  it('[W49] a chapter opened after that says so too', async () => {
    const stage = new ProviderStage({});
    stage.socket.accept();
    stage.socket.cut(4401);
    const replica = stage.connection.open('c');
    await settle();
    expect(replica.state).toEqual({ kind: 'closed', code: 4401, pending: 0 });
  });

  it('closing ends every timer and socket, twice safely', async () => {
    const stage = new ProviderStage({});
    const replica = await stage.openChapter();
    typeInto(replica, 'a');
    replica.awareness.setLocalStateField('cursor', 1);
    await Promise.all([stage.connection.close(), stage.connection.close()]);
    await stage.connection.close();
    expect(stage.clock.pending).toBe(0);
    expect(stage.socket.closedByClient).toBe(1000);
    const count = stage.server.sockets.length;
    await stage.clock.advance(10 * LONGEST_DELAY_MS);
    expect(stage.server.sockets).toHaveLength(count);
  });
});
