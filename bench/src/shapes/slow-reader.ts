import { PEERS } from '../peers/index.ts';
import type { Peer } from '../peers/peer.ts';
import { runLoad, type Loaded } from './load.ts';
import { only, scaled, value, type Row, type Shape, type ShapeOptions } from './shape.ts';

const CLIENTS = 100;
const WRITERS = 20;
const RATE = 5;
/** More than the kernel's buffers take within the time, or nothing would ever wait in the server. */
const PADDING = 4_000;
const STALL_MS = 60_000;
/** Time for the server's memory to be looked at while the reader is still stalled. */
const HOLD_MS = 4_000;
const MEGABYTE = 1_048_576;

/** One reader takes nothing for a minute in a busy room; the same room without it beside it. */
export function slowReader(options: ShapeOptions): Shape {
  const clients = scaled(CLIENTS, options, 2);
  const writers = scaled(WRITERS, options);
  const stallMs = scaled(STALL_MS, options, 2 * HOLD_MS);
  return {
    letter: 'i',
    title: `a reader stalled for ${stallMs / 1_000} s among ${clients} clients, ${writers} write`,
    settings: { clients, writers, rate: RATE, padding: PADDING, stallMs },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const run = (hasStalled: boolean): Promise<Loaded> =>
        load(peer, { clients, writers, measureMs: stallMs - HOLD_MS, hasStalled });
      const alone = await run(false);
      return only(rowOf(alone, await run(true)));
    },
  };
}

async function load(
  peer: Peer,
  more: {
    readonly clients: number;
    readonly writers: number;
    readonly measureMs: number;
    readonly hasStalled: boolean;
  },
): Promise<Loaded> {
  const running = await peer.start({ inspect: true });
  try {
    const rooms = [await running.ways('load')];
    const fixed = { rooms, rate: RATE, padding: PADDING, holdMs: HOLD_MS };
    return await runLoad(running.process, { ...fixed, ...more });
  } finally {
    await running.stop();
  }
}

function rowOf(without: Loaded, stalled: Loaded): Row {
  const megabytes = (loaded: Loaded): number => (loaded.memory?.heapAndBuffers ?? 0) / MEGABYTE;
  return {
    'p99 without it': value(without.latencyMs.p99, 1, 'ms'),
    'p99 of the others': value(stalled.latencyMs.p99, 1, 'ms'),
    'memory without it': value(megabytes(without), 1, 'MB'),
    'memory with it': value(megabytes(stalled), 1, 'MB'),
    'it costs': value(megabytes(stalled) - megabytes(without), 1, 'MB'),
    'RSS with it': value(stalled.residentBytes / MEGABYTE, 0, 'MB'),
    'it lacks afterwards': value(stalled.stalledLacks, 0, ''),
    undelivered: value(
      stalled.expected === 0 ? 0 : (1 - stalled.delivered / stalled.expected) * 100,
      2,
      '%',
    ),
    'clients CPU': value(stalled.clientCpu, 2, 'core'),
  };
}
