import { PEERS } from '../peers/index.ts';
import { loadRow, runLoad } from './load.ts';
import { only, scaled, type Shape, type ShapeOptions } from './shape.ts';

/** Many clients in one document, some of whom write all the time. */
export function fanOut(
  letter: string,
  load: { readonly clients: number; readonly writers: number; readonly rate: number },
  options: ShapeOptions,
): Shape {
  const clients = scaled(load.clients, options, 2);
  const writers = scaled(load.writers, options);
  const { rate } = load;
  return {
    letter,
    title: `${clients} clients, ${writers} of them write ${rate} times a second`,
    settings: { clients, writers, rate, seconds: options.seconds },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const rooms = [await running.ways('load')];
        const measureMs = options.seconds * 1_000;
        const load = { rooms, clients, writers, rate, measureMs };
        return only(loadRow(await runLoad(running.process, load)));
      } finally {
        await running.stop();
      }
    },
  };
}
