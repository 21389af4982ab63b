import { describe, expect, it } from 'vitest';
import { shareLookups, type Lookup } from './sharing.ts';

/** Lookups that answer their number, each when it is told to. */
function createLookups(): { lookUp: Lookup<number>; asked: string[]; finish: () => void } {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  return {
    asked,
    lookUp: async (key) => {
      const number = asked.push(key);
      await new Promise<void>((resolve) => held.push(resolve));
      return number;
    },
    finish: () => held.shift()!(),
  };
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('shared lookups', () => {
  it('who asks in the same turn shares one lookup; other keys have their own', async () => {
    const { lookUp, asked, finish } = createLookups();
    const shared = shareLookups(lookUp);
    const answers = [shared('a'), shared('a'), shared('b')];
    expect(asked).toEqual([]);
    await endOfTurn();
    expect(asked).toEqual(['a', 'b']);
    finish();
    finish();
    expect(await Promise.all(answers)).toEqual([1, 1, 2]);
  });

  it('who asks while one is running shares the next, which begins after they asked', async () => {
    const { lookUp, asked, finish } = createLookups();
    const shared = shareLookups(lookUp);
    const early = shared('a');
    await endOfTurn();
    const late = [shared('a'), shared('a')];
    await endOfTurn();
    expect(asked).toEqual(['a']);
    finish();
    expect(await early).toBe(1);
    // Gathered a little longer: this one comes before the second lookup begins.
    late.push(shared('a'));
    await expect.poll(() => asked).toEqual(['a', 'a']);
    finish();
    expect(await Promise.all(late)).toEqual([2, 2, 2]);
  });

  it('who asks when nothing is running gets a lookup of their own at once', async () => {
    const { lookUp, asked, finish } = createLookups();
    const shared = shareLookups(lookUp);
    for (const number of [1, 2, 3]) {
      const answer = shared('a');
      await endOfTurn();
      expect(asked).toHaveLength(number);
      finish();
      expect(await answer).toBe(number);
    }
  });

  it('a lookup that fails fails for those who share it and for nobody later', async () => {
    let fails = true;
    const lookUp = shareLookups((key) =>
      fails ? Promise.reject(new Error('busy')) : Promise.resolve(key),
    );
    const both = await Promise.allSettled([lookUp('a'), lookUp('a')]);
    expect(both.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await lookUp('a')).toBe('a');
  });
});
