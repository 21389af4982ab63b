import { expect, it } from 'vitest';
import { keyBetween, spreadKeys } from './order-key.ts';
import { Random } from './fuzz/random.ts';

it('a key sorts between its neighbours, however often keys are put between', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = new Random(seed);
    const keys = spreadKeys(1 + random.below(40));
    expect(keys.toSorted()).toEqual(keys);
    for (let at = 0; at < 200; at += 1) {
      const index = random.chance(0.5) ? 1 : random.below(keys.length + 1);
      const tail = random.chance(0.5) ? 'x0' : '';
      keys.splice(index, 0, keyBetween(keys[index - 1] ?? null, keys[index] ?? null, tail));
    }
    expect(keys.toSorted(), `seed ${seed}`).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  }
});

it('keys this code did not make give a key all the same', () => {
  for (const key of ['', '~~~', 'ZZ', '000']) {
    expect(keyBetween(key, null, '')).toMatch(/^[0-9a-z]+$/);
    expect(keyBetween(null, key, '')).toMatch(/^[0-9a-z]+$/);
  }
});
