import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { describeBusContract } from './relay-bus-contract.ts';
import { BusNetwork } from './relay-bus-network.ts';
import { mulberry32 } from './seeded-random.ts';

describeBusContract('memory', () => {
  const clock = new FakeClock();
  const network = new BusNetwork(clock);
  return Promise.resolve({
    nodes: [network.join(), network.join(), network.join()],
    settled: () => clock.advance(1),
    close: () => Promise.resolve(),
  });
});

describe('a network with faults', () => {
  function twoNodes() {
    const clock = new FakeClock();
    const network = new BusNetwork(clock, mulberry32(1));
    const heard: number[] = [];
    const sender = network.join('one');
    network.join('two').listen('c', (news) => void heard.push(news[0]!));
    const tell = async () => {
      for (let i = 0; i < 100; i += 1) sender.publish('c', Uint8Array.of(i));
      await clock.advance(1_000);
      return heard.splice(0);
    };
    return { network, tell };
  }

  it('loses, doubles and reorders what it is told to', async () => {
    const { network, tell } = twoNodes();
    network.faults = { loss: 0.5, doubling: 0, delayMs: 0 };
    const lossy = await tell();
    expect(lossy.length).toBeGreaterThan(20);
    expect(lossy.length).toBeLessThan(80);
    network.faults = { loss: 0, doubling: 1, delayMs: 500 };
    const doubled = await tell();
    expect(doubled).toHaveLength(200);
    expect(doubled).not.toEqual(doubled.toSorted((a, b) => a - b));
  });

  it('tells a node that is cut off nothing until it is mended', async () => {
    const { network, tell } = twoNodes();
    network.cut('two');
    expect(await tell()).toEqual([]);
    network.mend('two');
    expect(await tell()).toHaveLength(100);
  });
});
