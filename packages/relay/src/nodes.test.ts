import { encodeSyncStep2 } from '@plenary/protocol';
import { RelayStage, anIdentity, anUpdate, updatesOf, wordsOf, write } from '@plenary/testing';
import type { FakeStockClient } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, decodeUpdate, encodeStateAsUpdate } from 'yjs';
import type { Relay } from './relay.ts';

describe('several nodes on one log', () => {
  it('[R13] [R13.11] a node that hears no news finds out within a second', async () => {
    const { stage, ana, ben } = await twoNodes();
    stage.network.cut('two');
    ana.insert(0, 'hello');
    await stage.settle();
    expect(ben.text).toBe('');
    await stage.clock.advance(1_000);
    expect(ben.text).toBe('hello');
    expect(ben.isConnected).toBe(true);
  });

  it('[R13.11] one question is asked for all open chapters, and never two at once', async () => {
    const stage = new RelayStage();
    const chapters = [stage.chapterId, stage.log.createChapter(), stage.log.createChapter()];
    for (const chapterId of chapters) stage.plenary('ana').open(chapterId);
    await stage.settle();
    const before = stage.log.calls.heads;
    await stage.clock.advance(3_000);
    expect(stage.log.calls.heads - before).toBe(3);
    stage.log.hold();
    await stage.clock.advance(10_000);
    expect(stage.log.calls.heads - before).toBe(4);
    stage.log.release();
    await stage.clock.advance(2_000);
    expect(stage.log.calls.heads - before).toBe(6);
  });

  it('[R13.11] a chapter that has gone, or has gone back, is noticed too', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.settle();
    stage.log.renewGeneration(stage.chapterId, 0);
    await stage.clock.advance(1_000);
    expect(ana.all('stale')).toHaveLength(1);
    ana.open(stage.chapterId, { ref: 2 });
    await stage.settle();
    stage.log.removeChapter(stage.chapterId);
    await stage.clock.advance(1_000);
    expect(ana.last('closed')).toMatchObject({ ref: 2, code: 4404 });
  });

  it('[R13.12] other nodes are told of rows that somebody else appended, wherever that was', async () => {
    const { stage, ben } = await twoNodes();
    // The chapter is not open at this node, which changed the rights.
    const third = stage.startNode('three');
    stage.authority.set('ben', { mode: 'none' });
    stage.log.appendRights(stage.chapterId);
    third.poke(stage.chapterId);
    const { socket } = ben;
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4403);
  });

  it('[R13.12] news that are none are dropped, and the room goes on', async () => {
    const { stage, ana, ben } = await twoNodes();
    const bus = stage.network.join('stranger');
    for (const news of [[], [99], [2, 1], [2, 1, 97, 200, 200, 200], [1, 3, 97]]) {
      bus.publish(stage.chapterId, Uint8Array.from(news));
    }
    await stage.settle();
    ana.insert(0, 'on');
    await stage.settle();
    expect(ben.text).toBe('on');
    expect(stage.linesAt('error')).toEqual([]);
  });
});

describe('presence across nodes', () => {
  it('[R8.8] people at all nodes see each other, names from the roster', async () => {
    const { stage, ana, ben } = await twoNodes();
    ana.awareness.setLocalState({ user: { name: 'The Chair' }, at: 3 });
    await stage.settle();
    expect(stateOf(ben, ana)).toEqual({
      user: { id: 'ana', name: 'Name of ana', color: '#3b6ea5' },
      at: 3,
    });
    expect(stateOf(ana, ben)).toBeDefined();
  });

  it('[R8.8] a node that opens the chapter later is told who is there', async () => {
    const { stage, ana, ben } = await twoNodes();
    const cleo = stage.stock('cleo', { relay: stage.startNode('three') });
    await stage.settle();
    expect(seenBy(cleo)).toEqual(idsOf(ana, ben, cleo));
    expect(seenBy(ana)).toEqual(idsOf(ana, ben, cleo));
  });

  it('[R8.8] who leaves one node goes everywhere', async () => {
    const { stage, ana, ben } = await twoNodes();
    ana.disconnect();
    await stage.settle();
    expect(seenBy(ben)).toEqual(idsOf(ben));
  });

  it('[R8.8] who moves to another node stays visible, even with the same clock', async () => {
    const { stage, ana, ben, nodes } = await twoNodes();
    const cleo = stage.stock('cleo', { relay: stage.startNode('three') });
    await stage.settle();
    const moved = await move(stage, ana, nodes[1]!);
    await stage.clock.advance(5_000);
    for (const viewer of [ben, cleo]) expect(stateOf(viewer, moved)).toMatchObject({ at: 'home' });
  });

  it('[R8.8] a node that ends takes its people along: at once when it says so', async () => {
    const { stage, ana, ben, nodes } = await twoNodes();
    await Promise.all([nodes[0]!.close(), stage.clock.advance(100)]);
    await stage.settle();
    expect(stateOf(ben, ana)).toBeUndefined();
  });

  it('[R8.8] and after fifteen seconds of silence when it does not', async () => {
    const { stage, ana, ben } = await twoNodes();
    stage.network.cut('one');
    await stage.clock.advance(10_000);
    expect(stateOf(ben, ana)).toBeDefined();
    await stage.clock.advance(12_000);
    expect(stateOf(ben, ana)).toBeUndefined();
    stage.network.mend('one');
    await stage.clock.advance(6_000);
    expect(stateOf(ben, ana)).toBeDefined();
    expect(stateOf(ana, ben)).toBeDefined();
  });

  it('[R8.9] what got lost is mended within five seconds', async () => {
    const { stage, ana, ben } = await twoNodes();
    stage.network.cut('two');
    ana.awareness.setLocalState({ at: 'moved' });
    await stage.settle();
    expect(stateOf(ben, ana)).toMatchObject({ at: 'home' });
    stage.network.mend('two');
    await stage.clock.advance(5_000);
    expect(stateOf(ben, ana)).toMatchObject({ at: 'moved' });
  });

  it('[R8.9] a state that is only renewed stays at other nodes for as long as it is', async () => {
    const { stage, ana, ben } = await twoNodes();
    const before = ben.awareness.meta.get(ana.doc.clientID)!.clock;
    for (let i = 0; i < 3; i += 1) {
      await stage.clock.advance(15_000);
      ana.awareness.setLocalState(ana.awareness.getLocalState());
    }
    await stage.clock.advance(24_000);
    expect(ben.awareness.meta.get(ana.doc.clientID)!.clock).toBe(before + 3);
  });

  it('[R7.8] a Yjs id shown at one node belongs to its person at all of them', async () => {
    const { stage, ana, ben, nodes } = await twoNodes();
    const mallory = stage.stock('mallory', { relay: nodes[1]! });
    await stage.settle();
    mallory.doc.clientID = ana.doc.clientID;
    mallory.awareness.clientID = ana.doc.clientID;
    mallory.awareness.setLocalState({ at: 'forged' });
    await stage.settle();
    expect(stateOf(ben, ana)).not.toMatchObject({ at: 'forged' });
    expect(stateOf(ana, ana)).toMatchObject({ at: 'home' });
  });
});

describe('rights that cannot be confirmed', () => {
  it('[R6.9] lapse after five seconds, and come back by themselves', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.headsError = new Error('no store');
    await stage.clock.advance(4_000);
    expect(ana.all('access')).toEqual([]);
    await stage.clock.advance(2_500);
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'rights-unknown' });
    // What is on its way waits; it is neither refused nor stored.
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.clock.advance(5_000);
    expect(ana.all('refused')).toEqual([]);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
    stage.log.headsError = null;
    await stage.clock.advance(1_100);
    expect(ana.last('access').access).toEqual({ mode: 'write' });
    expect(ana.last('ack').seq).toBe(1);
    expect(wordsOf(stage.logged())).toBe('x');
  });

  it('[R6.9] the same when the store does not answer at all', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.hold();
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.clock.advance(6_500);
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'rights-unknown' });
    stage.log.release();
    await stage.clock.advance(1_100);
    expect(ana.last('access').access).toEqual({ mode: 'write' });
    expect(ana.last('ack').seq).toBe(1);
  });

  it('[R6.9] a change that was missed meanwhile holds when they come back', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    stage.log.headsError = new Error('no store');
    await stage.clock.advance(6_500);
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    stage.authority.set('ana', { mode: 'read', reason: 'frozen' });
    stage.log.appendRights(stage.chapterId);
    stage.log.headsError = null;
    await stage.clock.advance(1_100);
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'frozen' });
    expect(ana.last('refused').reason).toBe('frozen');
  });

  it('[R6.11] what waited for the log meanwhile is not refused when it can be read', async () => {
    const stage = new RelayStage();
    const doc = new Doc();
    const [first, second] = updatesOf('their', 's ');
    const row = { personId: 'ben', via: 'token' as const, newClients: [] };
    stage.log.appendElsewhere(stage.chapterId, {
      ...row,
      bytes: first!,
      newClients: [decodeUpdate(first!).structs[0]!.id.client],
    });
    const ana = stage.stock('ana');
    await stage.settle();
    // Ana has heard at another node what this one has not, and brings it along with her own.
    stage.log.appendElsewhere(stage.chapterId, { ...row, bytes: second! });
    applyUpdate(doc, first!);
    applyUpdate(doc, second!);
    write(doc, 'mine');
    const { log } = stage;
    log.readError = log.loadError = log.headsError = new Error('no store');
    ana.send(encodeSyncStep2(encodeStateAsUpdate(doc)));
    await stage.clock.advance(8_000);
    log.readError = log.loadError = log.headsError = null;
    await stage.clock.advance(2_000);
    expect(ana.isConnected).toBe(true);
    expect(wordsOf(stage.logged())).toBe('theirs mine');
  });

  it('[R5.5] who comes back while rows cannot be read gets the whole text', async () => {
    const stage = new RelayStage({ compactRows: 1 });
    const writer = stage.stock('ben');
    await stage.settle();
    const { generation } = (await stage.log.load(stage.chapterId))!;
    for (const words of ['b', 'c', 'd', 'e']) {
      writer.insert(writer.text.length, words);
      await stage.settle();
    }
    stage.log.readError = new Error('no store');
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { generation, position: 1 });
    await stage.settle();
    expect(wordsOf(ana.read())).toBe('bcde');
    expect(writer.isConnected).toBe(true);
  });

  it('[R6.9] while edits are committed nothing lapses', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    stage.log.headsError = new Error('no store');
    for (let i = 0; i < 20; i += 1) {
      ben.insert(0, 'x');
      await stage.clock.advance(1_000);
    }
    expect(ana.all('access')).toEqual([]);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(20);
  });

  it('[R6.9] time in which the node itself stood still does not count', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    stage.clock.standStill(20_000);
    await stage.clock.advance(3_000);
    expect(ana.all('access')).toEqual([]);
    stage.log.headsError = new Error('no store');
    stage.clock.standStill(20_000);
    await stage.clock.advance(3_000);
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'rights-unknown' });
  });

  it('[R6.9] a chapter is not put out of service because the store answers nobody', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    stage.log.loadError = stage.log.headsError = new Error('no store');
    stage.log.faultOf = () => 'lost';
    ana.insert(0, 'kept');
    await stage.clock.advance(10 * 60_000);
    expect(ana.isConnected).toBe(true);
    stage.log.loadError = stage.log.headsError = null;
    stage.log.faultOf = () => null;
    await stage.clock.advance(2_000);
    expect(wordsOf(stage.logged())).toBe('kept');
  });
});

async function twoNodes() {
  const stage = new RelayStage();
  const nodes = [stage.startNode('one'), stage.startNode('two')];
  const [ana, ben] = ['ana', 'ben'].map((person, i) => stage.stock(person, { relay: nodes[i]! }));
  ana!.awareness.setLocalState({ at: 'home' });
  await stage.settle();
  return { stage, nodes, ana: ana!, ben: ben! };
}

/** Connects a client's document and presence at another node before its old socket ends. */
async function move(
  stage: RelayStage,
  client: FakeStockClient,
  relay: Relay,
): Promise<FakeStockClient> {
  const { doc, awareness } = client;
  const moved = stage.stock(anIdentity(client.identity.personId), { doc, relay, awareness });
  await stage.settle();
  client.disconnect();
  return moved;
}

function stateOf(viewer: FakeStockClient, shown: FakeStockClient): unknown {
  return viewer.awareness.getStates().get(shown.doc.clientID);
}

function seenBy(viewer: FakeStockClient): number[] {
  return [...viewer.awareness.getStates().keys()].toSorted((a, b) => a - b);
}

function idsOf(...clients: FakeStockClient[]): number[] {
  return clients.map(({ doc }) => doc.clientID).toSorted((a, b) => a - b);
}
