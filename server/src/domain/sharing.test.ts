import { describe, expect, it } from 'vitest';
import { shareLookups } from './sharing.ts';

describe('shared lookups', () => {
  it('who asks in the same turn shares one lookup, who asks after it began does not', async () => {
    const asked: string[] = [];
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const lookUp = shareLookups(async (key) => {
      asked.push(key);
      await held;
      return asked.length;
    });
    const early = [lookUp('a'), lookUp('a'), lookUp('b')];
    expect(asked).toEqual([]);
    await new Promise<void>((resolve) => setImmediate(resolve));
    const late = lookUp('a');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['a', 'b', 'a']);
    finish();
    expect(await Promise.all([...early, late])).toEqual([3, 3, 3, 3]);
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
