import { PEERS } from '../peers/index.ts';
import { loadRow, runLoad } from './load.ts';
import { only, scaled, value, type Shape, type ShapeOptions } from './shape.ts';

const CLIENTS = 1_500;
const WRITERS = 25;

/** A large room in which everybody's caret moves once a second while some write. */
export function presence(options: ShapeOptions): Shape {
  const clients = scaled(CLIENTS, options, 20);
  const writers = scaled(WRITERS, options);
  return {
    letter: 'f',
    title: `${clients} clients show presence once a second, ${writers} of them write as often`,
    settings: { clients, writers, rate: 1, presenceRate: 1, seconds: options.seconds },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const loaded = await runLoad(running.process, {
          rooms: [await running.ways('load')],
          clients,
          writers,
          rate: 1,
          presenceRate: 1,
          measureMs: options.seconds * 1_000,
        });
        const age = value(loaded.presenceAgeMs / 1_000, 1, 's');
        return only({ ...loadRow(loaded), 'oldest presence': age });
      } finally {
        await running.stop();
      }
    },
  };
}
