import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way between two programs that a test can disturb. */
export interface FaultProxy {
  readonly port: number;
  /** Every piece of data takes this long, in milliseconds; 0 at first. Order is kept. */
  delayMs: number;
  /** Connections made and not closed yet. */
  readonly connections: number;
  /**
   * Nothing gets through any more and nobody is told: connections stay open, new ones are taken and
   * lead nowhere. What is sent meanwhile arrives after `mend`.
   */
  partition(): void;
  /** Ends a partition. */
  mend(): void;
  /** Breaks every connection; new ones work. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between a test's programs and a TCP port of this machine. */
export async function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isPartitioned = false;
  let whenMended = Promise.withResolvers<void>();
  const state = { delayMs: 0 };

  const carry = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const due = Date.now() + state.delayMs;
      if (isPartitioned) await whenMended.promise;
      const left = due - Date.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      if (to.destroyed) return;
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
    }
    to.end();
  };

  const server = createServer((near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1' });
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    carry(near, far).catch(end);
    carry(far, near).catch(end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  const mend = (): void => {
    isPartitioned = false;
    whenMended.resolve();
  };
  const cut = (): void => {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port,
    get delayMs() {
      return state.delayMs;
    },
    set delayMs(ms) {
      state.delayMs = ms;
    },
    get connections() {
      return pairs.size;
    },
    partition() {
      if (isPartitioned) return;
      isPartitioned = true;
      whenMended = Promise.withResolvers();
    },
    mend,
    cut,
    async close() {
      mend();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
