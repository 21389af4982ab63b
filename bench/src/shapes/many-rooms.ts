import { PEERS } from '../peers/index.ts';
import { loadRow, runLoad } from './load.ts';
import { only, scaled, type Shape, type ShapeOptions } from './shape.ts';

const ROOMS = 500;
const CLIENTS = 4;

/** Many documents with a few people each, one of whom writes. */
export function manyRooms(options: ShapeOptions): Shape {
  const rooms = scaled(ROOMS, options);
  return {
    letter: 'g',
    title: `${rooms} rooms of ${CLIENTS} clients, one of them writes once a second`,
    settings: { rooms, clients: CLIENTS, writers: 1, rate: 1, seconds: options.seconds },
    peers: PEERS,
    isUsual: true,
    measure: async (peer) => {
      const running = await peer.start({ inspect: false });
      try {
        const targets = [];
        for (let at = 0; at < rooms; at += 1) targets.push(await running.ways(`room-${at}`));
        const loaded = await runLoad(running.process, {
          rooms: targets,
          clients: CLIENTS,
          writers: 1,
          rate: 1,
          measureMs: options.seconds * 1_000,
        });
        return only(loadRow(loaded));
      } finally {
        await running.stop();
      }
    },
  };
}
