import { CLOSE_CODES, decodeStockMessage } from '@plenary/protocol';
import { anIdentity, FakeSocket, RelayStage, wordsOf } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness';
import { Doc, encodeStateAsUpdate } from 'yjs';

function typed(words: string): Uint8Array {
  const doc = new Doc();
  doc.getText('text').insert(0, words);
  return encodeStateAsUpdate(doc);
}

describe('the y-websocket protocol as served', () => {
  it('[W11] a malformed frame closes with 4400, a text frame with 4406', async () => {
    const stage = new RelayStage();
    const codeAfter = async (frame: Uint8Array, isBinary: boolean) => {
      const socket = new FakeSocket();
      const { chapterId } = stage;
      const client = { socket, identity: anIdentity('ana'), chapterId };
      const inbound = stage.relay.connectStock(client);
      await stage.settle();
      inbound.message(frame, isBinary);
      await stage.settle();
      return socket.closedWith?.code;
    };
    expect(await codeAfter(new Uint8Array([0, 9]), true)).toBe(CLOSE_CODES.malformed.code);
    expect(await codeAfter(new Uint8Array([0, 2, 9]), true)).toBe(CLOSE_CODES.malformed.code);
    expect(await codeAfter(new Uint8Array([104]), false)).toBe(CLOSE_CODES.textFrame.code);
  });

  it('[W12] the server speaks first, with a step 1, and answers a step 1 with what is lacking', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    ana.insert(0, 'kept words');
    ana.remove(4, 1);
    await stage.settle();
    const ben = stage.stock('ben');
    await stage.settle();
    const [first] = ben.socket.frames.map((frame) => decodeStockMessage(frame).type);
    expect(first).toBe('step1');
    expect(wordsOf(ben.doc)).toBe('keptwords');
  });

  it('[W13] the author gets the edit back, and not before it is on the disk', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    stage.log.hold();
    const before = ana.socket.frames.length;
    ana.insert(0, 'words');
    await stage.settle();
    expect(ana.socket.frames).toHaveLength(before);
    stage.log.release();
    await stage.settle();
    const echo = ana.socket.frames.slice(before).map((frame) => decodeStockMessage(frame));
    expect(echo).toMatchObject([{ type: 'update' }]);
  });

  it('[W14] a refused edit closes the socket', async () => {
    const stage = new RelayStage();
    stage.authority.set('observer', { mode: 'read', reason: 'role' });
    const observer = stage.stock('observer');
    await stage.settle();
    const { socket } = observer;
    expect(socket.isOpen).toBe(true);
    observer.insert(0, 'words');
    await stage.settle();
    expect(socket.closedWith?.code).toBe(CLOSE_CODES.forbidden.code);
    expect(wordsOf(stage.logged())).toBe('');
  });

  it('[W15] a quiet client hears something at least every 20 s', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    for (let at = 0; at < 5; at += 1) {
      const before = ana.socket.frames.length;
      await stage.clock.advance(20_000);
      expect(ana.socket.frames.length).toBeGreaterThan(before);
    }
  });
});

describe('plenary.v1 as served', () => {
  it('[W21] a malformed frame closes with 4400, a text frame with 4406', async () => {
    const stage = new RelayStage();
    const one = stage.plenary('ana');
    const two = stage.plenary('ana');
    one.sendRaw(new Uint8Array([1, 2, 3]));
    two.sendRaw(new Uint8Array([5, 1]), false);
    await stage.settle();
    expect(one.socket.closedWith?.code).toBe(CLOSE_CODES.malformed.code);
    expect(two.socket.closedWith?.code).toBe(CLOSE_CODES.textFrame.code);
  });

  it('[W22] an answer repeats the ref, and a second open takes the place of the first', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { ref: 41 });
    await stage.settle();
    const { room } = ana.last('opened');
    expect(ana.last('opened')).toMatchObject({ ref: 41, resumed: false, head: 0 });
    ana.open(stage.chapterId, { ref: 42 });
    await stage.settle();
    expect(ana.last('opened')).toMatchObject({ ref: 42, room });
    ana.send({ type: 'update', room, seq: 1, bytes: typed('words') });
    await stage.settle();
    expect(ana.all('updates')).toHaveLength(1);
    ana.send({ type: 'close', room });
    ana.send({ type: 'update', room, seq: 2, bytes: typed('more') });
    await stage.settle();
    expect(wordsOf(stage.logged())).toBe('words');
  });

  it('[W23] who resumes gets what came after its position, others get everything', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room, generation } = ana.last('opened');
    const doc = new Doc();
    const sent: number[] = [];
    doc.on('update', (bytes: Uint8Array) => {
      sent.push(bytes.length);
      ana.send({ type: 'update', room, seq: sent.length, bytes });
    });
    for (let at = 0; at < 5; at += 1) {
      doc.getText('text').insert(at * 50, String(at).repeat(50));
      await stage.settle();
    }
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId, { generation, position: 3 });
    await stage.settle();
    expect(ben.last('opened')).toMatchObject({ resumed: true, head: 5 });
    expect(ben.all('state')).toEqual([]);
    expect(ben.all('updates')).toMatchObject([{ from: 3, position: 5 }]);
    expect(ben.all('updates')[0]!.bytes.length).toBeLessThan(encodeStateAsUpdate(doc).length);
    const eva = stage.plenary('eva');
    eva.open(stage.chapterId);
    await stage.settle();
    expect(eva.last('opened')).toMatchObject({ resumed: false, head: 5 });
    expect(wordsOf(eva.read())).toBe(doc.getText('text').toJSON());
  });

  it('[W24] an ack covers what is on the disk, what was held, and what was refused before', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const bytes = typed('words');
    ana.send({ type: 'update', room, seq: 3, bytes });
    await stage.settle();
    expect(ana.last('ack')).toMatchObject({ room, seq: 3, position: 1 });
    ana.send({ type: 'update', room, seq: 8, bytes });
    await stage.settle();
    expect(ana.last('ack')).toMatchObject({ room, seq: 8, position: 1 });
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(1);
  });

  it('[W25] a refusal names the edit and comes before any ack that covers it', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    stage.authority.set('ana', { mode: 'read', reason: 'frozen' });
    ana.open(stage.chapterId);
    await stage.settle();
    const { room, access } = ana.last('opened');
    expect(access).toEqual({ mode: 'read', reason: 'frozen' });
    ana.send({ type: 'update', room, seq: 1, bytes: typed('words') });
    await stage.settle();
    expect(ana.last('refused')).toEqual({ type: 'refused', room, seq: 1, reason: 'frozen' });
    const kinds = ana.messages.map(({ type }) => type).filter((type) => /ack|refused/.test(type));
    expect(kinds[0]).toBe('refused');
  });

  it('[W26] an edit that builds on something missing is asked about, and placed by the answer', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const doc = new Doc();
    doc.getText('text').insert(0, 'first ');
    let second: Uint8Array = new Uint8Array();
    doc.once('update', (bytes: Uint8Array) => {
      second = bytes;
    });
    doc.getText('text').insert(6, 'second');
    ana.send({ type: 'update', room, seq: 1, bytes: second });
    await stage.settle();
    const { stateVector } = ana.last('missing');
    expect(ana.all('ack')).toEqual([]);
    ana.send({ type: 'update', room, seq: 2, bytes: encodeStateAsUpdate(doc, stateVector) });
    await stage.settle();
    expect(ana.last('ack')).toMatchObject({ seq: 2 });
    expect(wordsOf(stage.logged())).toBe('first second');
  });

  it('[W27] a change of rights is told', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    expect(ana.last('opened').access).toEqual({ mode: 'write' });
    stage.authority.set('ana', { mode: 'read', reason: 'frozen' });
    stage.log.appendRights(stage.chapterId);
    stage.relay.poke(stage.chapterId);
    await stage.settle();
    expect(ana.last('access').access).toEqual({ mode: 'read', reason: 'frozen' });
  });

  it('[W28] another generation, and a position above the head, are stale', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { ref: 1, generation: 'of another history', position: 0 });
    await stage.settle();
    const { generation } = ana.last('stale');
    expect(ana.last('stale').ref).toBe(1);
    ana.open(stage.chapterId, { ref: 2, generation, position: 1 });
    await stage.settle();
    expect(ana.last('stale').ref).toBe(2);
    expect(ana.all('opened')).toEqual([]);
    ana.open(stage.chapterId, { ref: 3, generation, position: 0 });
    await stage.settle();
    expect(ana.last('opened').ref).toBe(3);
  });

  it('[W29] a chapter that is closed leaves the others open', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { ref: 1 });
    ana.open('no such chapter', { ref: 2 });
    await stage.settle();
    const code = CLOSE_CODES.unknownChapter.code;
    expect(ana.all('closed')).toEqual([{ type: 'closed', ref: 2, room: 0, code }]);
    expect(ana.last('opened').ref).toBe(1);
    expect(ana.socket.isOpen).toBe(true);
  });

  it('[W30] a ping is answered with its nonce', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.send({ type: 'ping', nonce: 99 });
    await stage.settle();
    expect(ana.all('pong')).toEqual([{ type: 'pong', nonce: 99 }]);
  });

  it('[W31] presence carries the roster’s name, and goes with the chapter', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    ben.awareness.setLocalState({ user: { name: 'somebody else' }, cursor: 4 });
    await stage.settle();
    const seen = new Awareness(new Doc());
    const read = () => {
      for (const { bytes } of ana.all('presence')) applyAwarenessUpdate(seen, bytes, null);
      return seen.getStates().get(ben.doc.clientID);
    };
    expect(read()).toMatchObject({ cursor: 4, user: { name: 'Name of ben' } });
    ben.disconnect();
    await stage.settle();
    expect(read()).toBeUndefined();
    seen.destroy();
  });

  it('[W32] a client of an older schema version reads only', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { schemaVersion: 0 });
    await stage.settle();
    expect(ana.last('opened').access).toEqual({ mode: 'read', reason: 'schema' });
  });
});
