import { ProviderWorld, textOf } from '@plenary/testing';
import { describe, expect, it } from 'vitest';

describe('provider and relay', () => {
  it('[W22] two people type into one chapter and read the same', async () => {
    const world = new ProviderWorld({ seed: 1, people: 2 });
    const [ana, ben] = world.members;
    const first = world.openPage(ana!);
    const second = world.openPage(ben!);
    await world.clock.advance(1_000);
    expect(first.replica.state).toEqual({ kind: 'saved' });
    world.type(ana!, first, 5);
    world.type(ben!, second, 5);
    expect(first.replica.state).toEqual({ kind: 'saving', pending: 1 });
    await world.clock.advance(1_000);
    expect(textOf(first.replica)).toHaveLength(10);
    expect(textOf(first.replica)).toBe(textOf(second.replica));
    expect(textOf(first.replica)).toBe(world.loggedText());
    expect(first.replica.state).toEqual({ kind: 'saved' });
    expect(world.lies).toEqual([]);
    await world.close();
  });
});
