import { MAX_NEWS_BYTES, type Bus } from '@plenary/relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Nodes on one bus under test. */
export interface BusFixture {
  /** Two nodes or more, each with a name of its own; nothing disturbs the way between them. */
  readonly nodes: readonly [Bus, Bus, ...Bus[]];
  /** Resolves when every `listen` before has taken effect and all news published before were heard. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The behaviour every Bus must have while nothing disturbs it (docs/spec/relay.md, R13). Each adapter
 * and the network in memory run it from a test file of their own.
 */
export function describeBusContract(name: string, createFixture: () => Promise<BusFixture>): void {
  describe(`bus contract: ${name}`, () => {
    let fixture: BusFixture;
    let ana: Bus;
    let ben: Bus;

    beforeEach(async () => {
      fixture = await createFixture();
      [ana, ben] = fixture.nodes;
    });

    afterEach(async () => {
      await fixture.close();
    });

    /** Keeps what a node hears about a chapter. */
    function ears(bus: Bus, chapterId = 'c'): { heard: number[][]; stop: () => void } {
      const heard: number[][] = [];
      return { heard, stop: bus.listen(chapterId, (news) => void heard.push([...news])) };
    }

    it('[R13.10] news reach every other node that listens, byte for byte', async () => {
      const others = fixture.nodes.slice(1).map((bus) => ears(bus));
      await fixture.settled();
      ana.publish('c', Uint8Array.of(0, 255, 10, 13, 128));
      await fixture.settled();
      for (const { heard } of others) expect(heard).toEqual([[0, 255, 10, 13, 128]]);
    });

    it('[R13.10] a node does not hear its own', async () => {
      const own = ears(ana);
      const other = ears(ben);
      await fixture.settled();
      ana.publish('c', Uint8Array.of(1));
      ben.publish('c', Uint8Array.of(2));
      await fixture.settled();
      expect(own.heard).toEqual([[2]]);
      expect(other.heard).toEqual([[1]]);
    });

    it('[R13.10] nodes have names of their own', () => {
      expect(new Set(fixture.nodes.map((bus) => bus.node)).size).toBe(fixture.nodes.length);
    });

    it('[R13.10] who listens to one chapter hears nothing of another, whatever it is called', async () => {
      const names = ['c', 'c*', '*', '[a-z]', 'c:d', 'c d', 'ç', 'C'];
      const all = names.map((chapterId) => ears(ben, chapterId));
      await fixture.settled();
      names.forEach((chapterId, i) => ana.publish(chapterId, Uint8Array.of(i)));
      await fixture.settled();
      expect(all.map(({ heard }) => heard)).toEqual(names.map((_, i) => [[i]]));
    });

    it('[R13.10] every listener of a node hears, and each is ended alone, twice if need be', async () => {
      const first = ears(ben);
      const second = ears(ben);
      await fixture.settled();
      first.stop();
      first.stop();
      await fixture.settled();
      ana.publish('c', Uint8Array.of(1));
      await fixture.settled();
      expect(first.heard).toEqual([]);
      expect(second.heard).toEqual([[1]]);
      second.stop();
      await fixture.settled();
      ana.publish('c', Uint8Array.of(2));
      await fixture.settled();
      expect(second.heard).toEqual([[1]]);
    });

    it('[R13.10] who stops and listens again hears again', async () => {
      const before = ears(ben);
      before.stop();
      const after = ears(ben);
      await fixture.settled();
      ana.publish('c', Uint8Array.of(1));
      await fixture.settled();
      expect([before.heard, after.heard]).toEqual([[], [[1]]]);
    });

    it('[R13.10] a listener that throws disturbs no other', async () => {
      ben.listen('c', () => {
        throw new Error('a listener failed');
      });
      const { heard } = ears(ben);
      await fixture.settled();
      ana.publish('c', Uint8Array.of(1));
      ana.publish('c', Uint8Array.of(2));
      await fixture.settled();
      expect(heard).toEqual([[1], [2]]);
    });

    it('[R13.10] the publisher may use its buffer again', async () => {
      const { heard } = ears(ben);
      await fixture.settled();
      const buffer = Uint8Array.of(1, 2, 3);
      ana.publish('c', buffer);
      buffer.fill(9);
      await fixture.settled();
      expect(heard).toEqual([[1, 2, 3]]);
    });

    it('[R13.10] the largest news pass', async () => {
      const sizes: number[] = [];
      ben.listen('c', (news) => void sizes.push(news.byteLength));
      await fixture.settled();
      ana.publish('c', new Uint8Array(MAX_NEWS_BYTES));
      await fixture.settled();
      expect(sizes).toEqual([MAX_NEWS_BYTES]);
    });
  });
}
