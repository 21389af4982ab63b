import type { Target } from '../clients/client.ts';
import type { RunningPeer } from './peer.ts';

/** Where a room is at the first node, or the only one. */
export async function firstWay(running: RunningPeer, name: string): Promise<Target> {
  return (await running.ways(name))[0]!;
}
