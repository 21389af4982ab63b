import { FakeClock, MemoryUpdateLog, RelayStage } from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';

describe('a stampede', () => {
  it('[R12.5] people come in at a set rate, each in its turn', async () => {
    const stage = new RelayStage({ joinsPerSecond: 100, joinBurst: 50 });
    const clients = Array.from({ length: 250 }, (_, i) => stage.stock(`p${i}`));
    const inside = () => clients.map((client) => client.socket.frames.length > 0);
    await stage.clock.advance(0);
    expect(inside().filter(Boolean)).toHaveLength(50);
    await stage.clock.advance(1_000);
    const after = inside();
    expect(after.filter(Boolean).length).toBeGreaterThanOrEqual(145);
    expect(after.filter(Boolean).length).toBeLessThanOrEqual(150);
    expect(after.lastIndexOf(true)).toBeLessThan(after.indexOf(false));
    await stage.clock.advance(1_100);
    expect(inside()).not.toContain(false);
  });

  it('[R12.5] who would have to wait too long is told to come back', async () => {
    const stage = new RelayStage({ joinsPerSecond: 1, joinBurst: 1, joinWaitMs: 2_000 });
    const own = stage.plenary('ana');
    for (let ref = 1; ref <= 4; ref += 1) own.open(stage.log.createChapter(), { ref });
    await stage.clock.advance(0);
    expect(own.all('opened').map(({ ref }) => ref)).toEqual([1]);
    expect(own.all('closed')).toEqual([{ type: 'closed', ref: 4, room: 0, code: 1012 }]);
    const stock = stage.stock('ben').socket;
    await stage.clock.advance(3_000);
    expect(stock.closedWith?.code).toBe(1012);
    expect(own.all('opened').map(({ ref }) => ref)).toEqual([1, 2, 3]);
  });

  it('[R12.5] nobody is left waiting when the relay ends', async () => {
    const clock = new FakeClock();
    const admission = new Admission(clock, { perSecond: 1, burst: 1, longestMs: 9_000 });
    const answers = [admission.enter(), admission.enter(), admission.enter()];
    admission.close();
    admission.close();
    expect(await Promise.all(answers)).toEqual([true, false, false]);
    expect(clock.pending).toBe(0);
  });

  it('[R12.6] so many chapters are loaded at once and no more', async () => {
    const log = new SlowLog();
    const stage = new RelayStage({ loadsAtOnce: 3 }, undefined, { log });
    const own = stage.plenary('ana');
    for (let ref = 1; ref <= 10; ref += 1) own.open(log.createChapter(), { ref });
    await stage.clock.advance(0);
    log.release();
    await stage.settle();
    expect(own.all('opened')).toHaveLength(10);
    expect(log.most).toBe(3);
  });
});

/** A log that can be held up and counts the loads under way. */
class SlowLog extends MemoryUpdateLog {
  most = 0;
  #loading = 0;

  constructor() {
    super();
    this.hold();
  }

  override async load(chapterId: string) {
    this.#loading += 1;
    this.most = Math.max(this.most, this.#loading);
    try {
      return await super.load(chapterId);
    } finally {
      this.#loading -= 1;
    }
  }
}
