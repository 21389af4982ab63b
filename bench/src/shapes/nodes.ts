import { CLUSTERS } from '../peers/index.ts';
import { loadRow, runLoad } from './load.ts';
import { only, scaled, value, type Shape, type ShapeOptions } from './shape.ts';

const CLIENTS = 500;
const WRITERS = 50;
const RATE = 10;

/** The load of **a** over two nodes: of each room's clients every other one is at each. */
export function twoNodes(options: ShapeOptions): Shape {
  const clients = scaled(CLIENTS, options, 4);
  const writers = scaled(WRITERS, options, 2);
  return {
    letter: 'j',
    title: `two nodes: ${clients} clients, ${writers} of them write ${RATE} times a second`,
    settings: { clients, writers, rate: RATE, seconds: options.seconds },
    peers: CLUSTERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const cpu = running.storesCpuSeconds ?? (() => 0);
        const rooms = [await running.ways('load')];
        const measureMs = options.seconds * 1_000;
        const marks = { from: 0, to: 0 };
        const onMark = (name: 'from' | 'to'): void => {
          marks[name] = cpu();
        };
        const load = { rooms, clients, writers, rate: RATE, measureMs };
        const loaded = await runLoad(running.process, load, onMark);
        const stores = value((marks.to - marks.from) / options.seconds, 2, 'core');
        return only({ ...loadRow(loaded), 'stores CPU': stores });
      } finally {
        await running.stop();
      }
    },
  };
}
