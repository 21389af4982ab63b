import { RelayStage, anUpdate, updatesOf, wordsOf } from '@plenary/testing';
import { encodeSyncUpdate } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';

describe('everything from outside is bounded', () => {
  it('[R10] [R10.1] a frame above the limit ends its socket for good, whatever is in it', async () => {
    const stage = new RelayStage();
    const stock = stage.stock('ana');
    const own = stage.plenary('ana');
    const { socket } = stock;
    const large = new Uint8Array(50 * 1024 * 1024);
    stock.send(large);
    own.sendRaw(large);
    await stage.settle();
    expect(socket.closedWith?.code).toBe(4413);
    expect(own.socket.closedWith?.code).toBe(4413);
  });

  it('[R10.2] an update above the limit is refused for good', async () => {
    const stage = new RelayStage({ updateBytes: 10_000 });
    const stock = stage.stock('ana');
    const own = stage.plenary('ana');
    own.open(stage.chapterId);
    await stage.settle();
    const { socket } = stock;
    const { room } = own.last('opened');
    const bytes = anUpdate('x'.repeat(20_000));
    own.send({ type: 'update', room, seq: 1, bytes });
    stock.send(encodeSyncUpdate(bytes));
    await stage.settle();
    expect(own.last('refused')).toMatchObject({ seq: 1, reason: 'too-large' });
    expect(socket.closedWith?.code).toBe(4413);
    expect(stage.log.rowsOf(stage.chapterId)).toEqual([]);
  });

  it('[R10.3] a text frame ends its socket for good', async () => {
    const stage = new RelayStage();
    const own = stage.plenary('ana');
    own.sendRaw(new TextEncoder().encode('hello'), false);
    expect(own.socket.closedWith?.code).toBe(4406);
  });

  it('[R10.4] a socket opens so many chapters and no more', async () => {
    const stage = new RelayStage({ roomsPerSocket: 3 });
    const own = stage.plenary('ana');
    for (let ref = 1; ref <= 5; ref += 1) own.open(stage.log.createChapter(`c${ref}`), { ref });
    await stage.settle();
    expect(own.all('opened').map(({ ref }) => ref)).toEqual([1, 2, 3]);
    expect(own.all('closed').map(({ ref, code }) => [ref, code])).toEqual([
      [4, 4429],
      [5, 4429],
    ]);
    own.send({ type: 'close', room: own.all('opened')[0]!.room });
    own.open('c4', { ref: 6 });
    await stage.settle();
    expect(own.last('opened').ref).toBe(6);
  });

  it('[R10.5] messages above the rate wait for their turn, and none is lost', async () => {
    const stage = new RelayStage({ messagesPerSecond: 100, messageBurst: 10 });
    const ana = stage.stock('ana');
    await stage.settle();
    for (let i = 0; i < 110; i += 1) ana.insert(0, 'x');
    await stage.clock.advance(500);
    expect(wordsOf(stage.logged()).length).toBeGreaterThan(30);
    expect(wordsOf(stage.logged()).length).toBeLessThan(75);
    await stage.clock.advance(1_000);
    expect(wordsOf(stage.logged())).toHaveLength(110);
  });

  it('[R10.5] a person’s sockets share a rate', async () => {
    const stage = new RelayStage({ personMessagesPerSecond: 100, personMessageBurst: 20 });
    const clients = Array.from({ length: 5 }, () => stage.stock('ana'));
    const ben = stage.stock('ben');
    await stage.settle();
    for (const client of clients) for (let i = 0; i < 50; i += 1) client.insert(0, 'x');
    ben.insert(0, 'ben');
    await stage.settle();
    expect(wordsOf(stage.logged()).length).toBeLessThan(80);
    expect(wordsOf(stage.logged())).toContain('ben');
  });

  it('[R10.5] a large message counts as the many that it costs as much as', async () => {
    const rate = { personMessagesPerSecond: 100, personMessageBurst: 200 };
    const stage = new RelayStage({ ...rate, messageBytes: 1024 });
    const ana = stage.plenary('ana');
    ana.open(stage.chapterId);
    await stage.settle();
    const { room } = ana.last('opened');
    const bytes = anUpdate('x'.repeat(60_000));
    const answered = () => ana.all('ack').at(-1)?.seq ?? 0;
    for (let seq = 1; seq <= 20; seq += 1) ana.send({ type: 'update', room, seq, bytes });
    await stage.clock.advance(100);
    expect(answered()).toBeLessThanOrEqual(5);
    await stage.clock.advance(2_000);
    expect(answered()).toBeLessThanOrEqual(9);
    await stage.clock.advance(20_000);
    expect(answered()).toBe(20);
  });

  it('[R10.6] when too much waits, the socket ends', async () => {
    const stage = new RelayStage({ messagesPerSecond: 1, messageBurst: 5, inboxFrames: 50 });
    const ana = stage.stock('ana');
    const { socket } = ana;
    await stage.settle();
    for (let i = 0; i < 100; i += 1) ana.insert(0, 'x');
    expect(socket.closedWith?.code).toBe(4429);
  });

  it('[R10.7] numbers of updates that do not grow end the socket', async () => {
    const stage = new RelayStage();
    const own = stage.plenary('ana');
    own.open(stage.chapterId);
    await stage.settle();
    const { room } = own.last('opened');
    const [first, second] = updatesOf('a', 'b');
    own.send({ type: 'update', room, seq: 2, bytes: first! });
    own.send({ type: 'update', room, seq: 2, bytes: second! });
    await stage.settle();
    expect(own.socket.closedWith?.code).toBe(4400);
    expect(wordsOf(stage.logged())).toBe('a');
  });
});
