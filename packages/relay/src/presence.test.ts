import { RelayStage, anIdentity } from '@plenary/testing';
import { decodeStockMessage, encodeAwareness } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import type { FakeStockClient } from '@plenary/testing';
import { GONE, decodePresence, encodePresence } from './presence-codec.ts';

describe('presence', () => {
  it('[R7.5] presence under a Yjs id that belongs to another is dropped in silence', async () => {
    const { stage, ana, ben, cleo } = await threeInARoom();
    ana.insert(0, 'x');
    await stage.settle();
    claim(ben, ana.doc.clientID, 99, { cursor: 1 });
    // Cleo has written nothing, but is known by her presence.
    claim(ben, cleo.doc.clientID, 99, { cursor: 2 });
    await stage.settle();
    expect(stateOf(cleo, ana)).not.toHaveProperty('cursor');
    expect(stateOf(ana, cleo)).not.toHaveProperty('cursor');
    expect(ben.isConnected).toBe(true);
  });

  it('[R7.5] nobody takes up the id of somebody who has left', async () => {
    const { stage, ana, ben, cleo } = await threeInARoom();
    cleo.disconnect();
    await stage.settle();
    claim(ben, cleo.doc.clientID, 99, { cursor: 2 });
    await stage.settle();
    expect(stateOf(ana, cleo)).toBeUndefined();
  });

  it('[R7.6] name and colour are the server’s, whatever a client claims', async () => {
    const stage = new RelayStage();
    const ana = stage.stock(anIdentity('ana', { name: 'Ana', color: '#112233' }));
    const ben = stage.stock('ben');
    await stage.settle();
    ana.awareness.setLocalState({ user: { name: 'The Chair', color: 'red', avatar: 'x' }, at: 3 });
    await stage.settle();
    expect(stateOf(ben, ana)).toEqual({
      user: { id: 'ana', name: 'Ana', color: '#112233', avatar: 'x' },
      at: 3,
    });
  });

  it('[R7.6] a person who takes another name is shown under it from their next state on', async () => {
    const stage = new RelayStage();
    const ana = stage.stock(anIdentity('ana', { name: 'Ana' }));
    const ben = stage.stock(anIdentity('ben', { name: 'Ben' }));
    await stage.settle();
    stage.relay.rename('ana', 'Ana Ferreira');
    // Its client only renews what it showed before.
    ana.awareness.setLocalState(ana.awareness.getLocalState());
    ben.awareness.setLocalState(ben.awareness.getLocalState());
    await stage.clock.advance(20_000);
    expect(stateOf(ben, ana)).toMatchObject({ user: { name: 'Ana Ferreira' } });
    expect(stateOf(ana, ben)).toMatchObject({ user: { name: 'Ben' } });
  });

  it('[R8] [R8.1] what gathers in a moment goes out as one frame, the same for everybody', async () => {
    const { stage, ana, ben, cleo } = await threeInARoom();
    const seen = framesOf(cleo).length;
    for (let i = 0; i < 10; i += 1) {
      ana.awareness.setLocalStateField('cursor', i);
      ben.awareness.setLocalStateField('cursor', i);
      await stage.clock.advance(5);
    }
    await stage.settle();
    const fresh = framesOf(cleo).slice(seen);
    expect(fresh).toHaveLength(1);
    expect(framesOf(ana).at(-1)).toBe(fresh[0]);
    expect(stateOf(cleo, ana)).toMatchObject({ cursor: 9 });
    expect(stateOf(cleo, ben)).toMatchObject({ cursor: 9 });
  });

  it('[R8.1] a frame holds so many states and no more; the rest follow', async () => {
    const stage = new RelayStage({ presenceFrameStates: 4 });
    const watcher = stage.stock('watcher');
    const people = Array.from({ length: 10 }, (_, i) => stage.stock(`p${i}`));
    await stage.settle();
    const sizes = framesOf(watcher).map((frame) => entriesOf(frame).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    for (const person of people) expect(stateOf(watcher, person)).toBeDefined();
  });

  it('[R8.2] a reader who lags gets no presence, but the text', async () => {
    const { stage, ana, cleo } = await threeInARoom();
    const { socket } = cleo;
    socket.stalled = true;
    socket.bufferedBytes = 100_000;
    const seen = framesOf(cleo).length;
    ana.awareness.setLocalStateField('cursor', 1);
    ana.insert(0, 'words');
    await stage.settle();
    expect(framesOf(cleo)).toHaveLength(seen);
    cleo.readOn(0);
    expect(cleo.text).toBe('words');
  });

  it('[R8.3] a state that only renews itself waits for the heartbeat', async () => {
    const { stage, ana, ben } = await threeInARoom();
    const seen = framesOf(ben).length;
    ana.awareness.setLocalState(ana.awareness.getLocalState());
    await stage.settle();
    expect(framesOf(ben)).toHaveLength(seen);
    await stage.clock.advance(20_000);
    const beats = framesOf(ben).slice(seen).flatMap(entriesOf);
    expect(beats.map((entry) => entry.client)).toContain(ana.doc.clientID);
  });

  it('[R8.4] what a client showed goes with its socket, and a newcomer sees who is here', async () => {
    const { stage, ana, ben, cleo } = await threeInARoom();
    ana.disconnect();
    await stage.settle();
    expect(stateOf(ben, ana)).toBeUndefined();
    const dan = stage.stock('dan');
    await stage.settle();
    const here = new Set(dan.awareness.getStates().keys());
    expect(here).toEqual(new Set([ben, cleo, dan].map((client) => client.doc.clientID)));
  });

  it('[R8.4] another tab of the same person does not take presence over', async () => {
    const { stage, ana, ben } = await threeInARoom();
    const tab = stage.stock('ana');
    await stage.settle();
    claim(tab, ana.doc.clientID, 50, { cursor: 7 });
    await stage.settle();
    tab.disconnect();
    await stage.settle();
    expect(stateOf(ben, ana)).toBeDefined();
  });

  it('[R8.5] a client that comes back with a clock the others saw end is visible again', async () => {
    const { stage, ana, ben } = await threeInARoom();
    ana.disconnect();
    await stage.settle();
    expect(stateOf(ben, ana)).toBeUndefined();
    ana.connect();
    await stage.settle();
    expect(stateOf(ben, ana)).toBeDefined();
  });

  it('[R8.6] a state that is too large, no object, or one too many is dropped', async () => {
    const { stage, ana, ben } = await threeInARoom();
    claim(ana, ana.doc.clientID, 50, { blob: 'x'.repeat(5_000) });
    claim(ana, ana.doc.clientID, 51, 'a word');
    for (let i = 0; i < 10; i += 1) claim(ana, 1_000 + i, 1, { i });
    await stage.settle();
    expect(stateOf(ben, ana)).not.toHaveProperty('blob');
    const strangers = [...ben.awareness.getStates().keys()].filter(
      (id) => id >= 1_000 && id < 1_010,
    );
    expect(strangers).toHaveLength(3);
  });

  it('[R8.7] presence does not wait for a commit, nor a commit for presence', async () => {
    const { stage, ana, ben } = await threeInARoom();
    stage.log.hold();
    ana.insert(0, 'x');
    ana.awareness.setLocalStateField('cursor', 1);
    await stage.settle();
    expect(stateOf(ben, ana)).toMatchObject({ cursor: 1 });
    expect(ben.text).toBe('');
    stage.log.release();
    await stage.settle();
    expect(ben.text).toBe('x');
  });
});

async function threeInARoom() {
  const stage = new RelayStage();
  const [ana, ben, cleo] = ['ana', 'ben', 'cleo'].map((person) => stage.stock(person));
  await stage.settle();
  return { stage, ana: ana!, ben: ben!, cleo: cleo! };
}

function claim(client: FakeStockClient, id: number, clock: number, state: unknown): void {
  const entry = { client: id, clock, state: JSON.stringify(state) ?? GONE };
  client.send(encodeAwareness(encodePresence([entry])));
}

function stateOf(viewer: FakeStockClient, shown: FakeStockClient): unknown {
  return viewer.awareness.getStates().get(shown.doc.clientID);
}

function framesOf(client: FakeStockClient): Uint8Array[] {
  return client.socket.frames.filter((frame) => decodeStockMessage(frame).type === 'awareness');
}

function entriesOf(frame: Uint8Array) {
  const message = decodeStockMessage(frame);
  return message.type === 'awareness' ? decodePresence(message.bytes) : [];
}
