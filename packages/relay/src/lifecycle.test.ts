import { RelayStage, anUpdate, wordsOf } from '@plenary/testing';
import { describe, expect, it } from 'vitest';

describe('a document has a generation', () => {
  it('[R11] [R11.2] a resume from another history is told so, and gets no text', async () => {
    const stage = new RelayStage();
    stage.log.appendElsewhere(stage.chapterId, aRow('hello'));
    const { generation } = (await stage.log.load(stage.chapterId))!;
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { ref: 1, generation: 'another', position: 1 });
    ana.open(stage.chapterId, { ref: 2, generation, position: 9 });
    await stage.settle();
    expect(ana.messages).toEqual([
      { type: 'stale', ref: 1, generation },
      { type: 'stale', ref: 2, generation },
    ]);
    ana.open(stage.chapterId, { ref: 3, generation, position: 1 });
    await stage.settle();
    expect(ana.last('opened')).toMatchObject({ ref: 3, resumed: true });
  });

  it('[R11.3] when the history changes under open clients, each is told to start over', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId, { ref: 4 });
    const ben = stage.stock('ben');
    await stage.settle();
    const { room } = ana.last('opened');
    const { socket } = ben;
    stage.log.renewGeneration(stage.chapterId);
    ana.send({ type: 'update', room, seq: 1, bytes: anUpdate('x') });
    await stage.settle();
    expect(ana.last('stale').ref).toBe(4);
    expect(ana.all('ack')).toEqual([]);
    expect(socket.closedWith?.code).toBe(4409);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
    ana.open(stage.chapterId, { ref: 5 });
    await stage.settle();
    expect(ana.last('opened')).toMatchObject({ ref: 5, generation: ana.last('stale').generation });
  });

  it('[R11.5] a chapter that is deleted while open ends for everybody', async () => {
    const stage = new RelayStage();
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    const ben = stage.stock('ben');
    await stage.settle();
    const { socket } = ben;
    stage.log.removeChapter(stage.chapterId);
    ben.insert(0, 'x');
    await stage.settle();
    expect(ana.last('closed').code).toBe(4404);
    expect(socket.closedWith?.code).toBe(4404);
    expect(stage.relay.stats().rooms).toBe(0);
  });
});

describe('silence is not death', () => {
  it('[R12] [R12.1] a stock client in a quiet room hears something every 20 seconds', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    ana.awareness.setLocalState(null);
    await stage.settle();
    for (let i = 0; i < 5; i += 1) {
      const seen = ana.socket.frames.length;
      await stage.clock.advance(20_000);
      expect(ana.socket.frames.length).toBeGreaterThan(seen);
    }
  });

  it('[R12.2] draining spreads the closing over time and takes nobody new', async () => {
    const stage = new RelayStage();
    const clients = Array.from({ length: 10 }, (_, i) => stage.stock(`p${i}`));
    await stage.settle();
    const sockets = clients.map((client) => client.socket);
    clients[9]!.insert(0, 'last words');
    const drained = stage.relay.drain({ overMs: 1_000 });
    await stage.clock.advance(450);
    expect(sockets.filter((socket) => socket.closedWith?.code === 1012)).toHaveLength(5);
    const { socket: late } = stage.plenary('late');
    expect(late.closedWith?.code).toBe(1012);
    await stage.clock.advance(1_000);
    await drained;
    expect(sockets.every((socket) => socket.closedWith?.code === 1012)).toBe(true);
    expect(wordsOf(stage.logged())).toBe('last words');
    await stage.relay.close();
  });

  it('[R12.3] closing commits what was accepted and leaves no timer behind', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId);
    await stage.settle();
    stage.log.hold();
    ana.insert(0, 'just in time');
    await stage.settle();
    const closed = stage.relay.close();
    stage.log.release();
    await stage.clock.advance(100);
    await closed;
    expect(wordsOf(stage.logged())).toBe('just in time');
    expect(ben.socket.closedWith?.code).toBe(1012);
    expect(stage.clock.pending).toBe(0);
    await stage.relay.close();
  });

  it('[R12.3] closing does not wait for ever for a store that does not answer', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    await stage.settle();
    stage.log.hold();
    ana.insert(0, 'not stored');
    await stage.settle();
    let isClosed = false;
    const closed = stage.relay.close().then(() => {
      isClosed = true;
    });
    await stage.clock.advance(9_000);
    expect(isClosed).toBe(false);
    await stage.clock.advance(1_100);
    await closed;
    expect(stage.clock.pending).toBe(0);
  });

  it('[R12.4] signing out ends a person’s sockets: all, or those of one sign-in', async () => {
    const stage = new RelayStage();
    const { relay, chapterId } = stage;
    const connect = (session: string) => {
      const client = stage.stock('ana');
      client.disconnect();
      client.connect(session);
      return client;
    };
    const [laptop, phone] = ['laptop', 'phone'].map(connect);
    const ben = stage.stock('ben');
    await stage.settle();
    const sockets = [laptop!, phone!, ben].map((client) => client.socket);
    relay.disconnect('ana', { session: 'phone' });
    expect(sockets.map((socket) => socket.closedWith?.code)).toEqual([undefined, 4401, undefined]);
    relay.disconnect('ana');
    expect(sockets.map((socket) => socket.closedWith?.code)).toEqual([4401, 4401, undefined]);
    ben.insert(0, 'x');
    await stage.settle();
    expect(stage.log.rowsOf(chapterId)).toHaveLength(1);
  });
});

describe('the log is the only truth', () => {
  it('[R13] [R13.7] rows that somebody else appended reach everybody once the relay is told', async () => {
    const stage = new RelayStage();
    const ana = stage.stock('ana');
    const ben = stage.plenary('ben');
    ben.open(stage.chapterId);
    await stage.settle();
    const head = stage.log.appendElsewhere(stage.chapterId, aRow('from elsewhere'));
    stage.relay.poke(stage.chapterId, head);
    await stage.settle();
    expect(ana.text).toBe('from elsewhere');
    expect(ben.last('updates')).toMatchObject({ from: 0, position: 1 });
    stage.relay.poke(stage.chapterId);
    stage.relay.poke('not open');
    await stage.settle();
    expect(stage.linesAt('error')).toEqual([]);
  });

  it('[R13.8] two relays on one log give one text, though neither hears of the other', async () => {
    const stage = new RelayStage();
    const elsewhere = stage.startRelay();
    const ana = stage.stock('ana');
    const ben = stage.stock('ben', { relay: elsewhere });
    await stage.settle();
    for (let i = 0; i < 10; i += 1) {
      ana.insert(0, 'a');
      ben.insert(0, 'b');
      await stage.settle();
    }
    stage.relay.poke(stage.chapterId);
    elsewhere.poke(stage.chapterId);
    await stage.settle();
    expect(ana.text).toBe(ben.text);
    expect(ana.text).toBe(wordsOf(stage.logged()));
    expect(ana.text).toHaveLength(20);
  });

  it('[R13.7] news that come during a commit, or while others are read, are not missed', async () => {
    const stage = new RelayStage({ readRows: 2 });
    const ana = stage.stock('ana');
    await stage.settle();
    stage.log.hold();
    ana.insert(0, 'mine ');
    await stage.settle();
    stage.relay.poke(stage.chapterId);
    stage.log.release();
    await stage.clock.advance(0);
    for (let i = 0; i < 7; i += 1) {
      stage.log.appendElsewhere(stage.chapterId, aRow(`${i}`));
      stage.relay.poke(stage.chapterId, stage.log.rowsOf(stage.chapterId).length);
    }
    await stage.settle();
    expect(ana.text).toBe(wordsOf(stage.logged()));
    expect(ana.text).toHaveLength(12);
  });

  it('[R13.7] over a bus the nodes tell each other by themselves', async () => {
    const stage = new RelayStage();
    const nodes = [stage.startNode('one'), stage.startNode('two')];
    const [ana, ben] = nodes.map((relay, i) => stage.stock(`p${i}`, { relay }));
    await stage.settle();
    ana!.insert(0, 'hello');
    await stage.settle();
    expect(ben!.text).toBe('hello');
    await Promise.all([...nodes.map((relay) => relay.close()), stage.clock.advance(100)]);
    expect(stage.network.listeners).toBe(0);
  });

  it('[R13.8] what another node stored is no offence here, though nobody said so', async () => {
    const stage = new RelayStage();
    const elsewhere = stage.startRelay();
    const ana = stage.stock('ana', { relay: elsewhere });
    const ben = stage.stock('ben', { relay: elsewhere });
    const cleo = stage.plenary('cleo');
    cleo.open(stage.chapterId);
    await stage.settle();
    ana.insert(0, 'hello');
    await stage.settle();
    stage.relay.poke(stage.chapterId);
    await stage.settle();
    ana.insert(5, ' world');
    await stage.settle();
    // Ben moves to the node that has not heard of the last words, and brings them along.
    ben.disconnect();
    const moved = stage.stock('ben', { doc: ben.doc });
    const own = stage.plenary('dan');
    const { generation } = (await stage.log.load(stage.chapterId))!;
    own.open(stage.chapterId, { generation, position: 2 });
    await stage.settle();
    expect(moved.isConnected).toBe(true);
    expect(own.last('opened')).toMatchObject({ resumed: true, head: 2 });
    expect(wordsOf(cleo.read())).toBe('hello world');
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(2);
  });

  it('[R13.8] an id bound by another node is bound here', async () => {
    const stage = new RelayStage();
    const own = stage.plenary('mallory');
    own.open(stage.chapterId);
    await stage.settle();
    const bytes = anUpdate('ana’s');
    stage.log.appendElsewhere(stage.chapterId, {
      personId: 'ana',
      via: 'token',
      bytes,
      newClients: [],
    });
    const { room } = own.last('opened');
    const more = anUpdate('more');
    own.send({ type: 'update', room, seq: 1, bytes: more });
    await stage.settle();
    expect(own.last('ack').seq).toBe(1);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(2);
    own.send({ type: 'update', room, seq: 2, bytes });
    await stage.settle();
    expect(own.last('ack').seq).toBe(2);
    expect(stage.log.rowsOf(stage.chapterId)).toHaveLength(2);
  });
});

function aRow(words: string) {
  return { personId: 'zoe', via: 'token' as const, bytes: anUpdate(words), newClients: [] };
}
