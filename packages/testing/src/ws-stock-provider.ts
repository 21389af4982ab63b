import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import type { Doc } from 'yjs';
import { frameOf, type SocketTap } from './socket-tap.ts';

/** How sockets are cut: after a random number of frames, both ways counted. */
export interface CutPlan {
  readonly random: () => number;
  /** Frames that a socket lives on average. */
  readonly meanFrames: number;
}

/** What `stockProvider` needs. */
export interface StockProviderOptions {
  /** Address without the chapter, such as `ws://127.0.0.1:3000/collab`. */
  readonly url: string;
  readonly chapterId: string;
  readonly doc: Doc;
  /** Sent as a bearer header at every upgrade. */
  readonly token?: string;
  /** Sent as `?ticket=`. */
  readonly ticket?: string;
  readonly cuts?: CutPlan;
  /** Longest pause between two attempts, in milliseconds; the provider's own bound is 2,500. */
  readonly maxBackoffMs?: number;
  readonly tap?: SocketTap;
}

/** A stock provider in Node, and how often its socket was cut. */
export interface StockProvider {
  readonly provider: WebsocketProvider;
  /** Sockets cut by the plan so far. */
  readonly cuts: () => number;
  /** Stops cutting: what is not yet across may go across. */
  stopCutting(): void;
  /** Leaves, and ends every timer. */
  destroy(): void;
}

/** The unmodified `y-websocket` provider over `ws`, its sockets cut at random when asked to. */
export function stockProvider(options: StockProviderOptions): StockProvider {
  const { cuts, tap, token, ticket } = options;
  let cut = 0;
  let cutting = cuts !== undefined;

  class Socket extends WebSocket {
    #framesLeft =
      cuts === undefined ? 0 : 1 + Math.floor(cuts.random() * (2 * cuts.meanFrames - 1));

    constructor(address: string | URL, protocols?: string | string[]) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      super(address, protocols, { headers });
      this.on('message', (data) => {
        tap?.received?.(frameOf(data));
        this.#count();
      });
      this.on('close', (code) => tap?.closed?.(code));
    }

    override send(data: unknown): void {
      this.#count();
      // `ws` throws on a socket that is not open; the browser's drops the frame.
      if (this.readyState === WebSocket.OPEN) super.send(data as Uint8Array);
    }

    #count(): void {
      if (!cutting) return;
      this.#framesLeft -= 1;
      if (this.#framesLeft > 0) return;
      cut += 1;
      this.#framesLeft = Number.POSITIVE_INFINITY;
      this.terminate();
    }
  }

  const provider = new WebsocketProvider(options.url, options.chapterId, options.doc, {
    WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    params: ticket === undefined ? {} : { ticket },
    maxBackoffTime: options.maxBackoffMs ?? 2_500,
  });
  return {
    provider,
    cuts: () => cut,
    stopCutting: () => {
      cutting = false;
    },
    destroy: () => {
      provider.destroy();
      provider.awareness.destroy();
    },
  };
}
