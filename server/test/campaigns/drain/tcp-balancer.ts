import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A balancer that knows nothing of what it carries. */
export interface TcpBalancer {
  readonly port: number;
  /** From now on a target is given no connections, or is again. */
  setOpen(target: number, isOpen: boolean): void;
  /** Most connections made within a second, since this was asked for the last time. */
  takeBusiestSecond(): number;
  close(): Promise<void>;
}

const SECOND_MS = 1_000;

/** Gives each connection to the next of the ports that are open; with none open it is cut. */
export async function openTcpBalancer(ports: readonly number[]): Promise<TcpBalancer> {
  const open = ports.map(() => true);
  const sockets = new Set<Socket>();
  let made: number[] = [];
  let next = 0;
  const server = createServer((near) => {
    made.push(performance.now());
    const target = [...ports.keys()].map((at) => (at + next) % ports.length).find((at) => open[at]);
    next += 1;
    if (target === undefined) {
      near.destroy();
      return;
    }
    const far = connect({ port: ports[target]!, host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1', 1_024);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    port,
    setOpen(target, isOpen) {
      open[target] = isOpen;
    },
    takeBusiestSecond() {
      const busiest = made.reduce((most, from, at) => {
        const until = made.findIndex((time) => time >= from + SECOND_MS);
        return Math.max(most, (until < 0 ? made.length : until) - at);
      }, 0);
      made = [];
      return busiest;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
