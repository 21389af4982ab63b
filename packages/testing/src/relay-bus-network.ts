import type { Bus, Clock } from '@plenary/relay';

/** What may happen to news on their way. Chances are from 0 to 1. */
export interface BusFaults {
  /** Chance that one node does not get a piece of news. */
  readonly loss: number;
  /** Chance that it gets it twice. */
  readonly doubling: number;
  /** Longest way, in milliseconds; each piece takes a random part of it, so that they overtake. */
  readonly delayMs: number;
}

/** Nothing goes wrong, and nothing takes time. */
export const NO_BUS_FAULTS: BusFaults = { loss: 0, doubling: 0, delayMs: 0 };

interface Listener {
  readonly chapterId: string;
  readonly hear: (news: Uint8Array) => void;
}

interface Node {
  readonly name: string;
  readonly listeners: Set<Listener>;
  isCutOff: boolean;
}

/**
 * A network of nodes in memory: their buses, with faults that a test sets. Chance comes from
 * `random`, so that a seed repeats everything.
 */
export class BusNetwork {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #nodes = new Map<string, Node>();
  faults: BusFaults = NO_BUS_FAULTS;
  /** Pieces of news that were published, and bytes in them. */
  readonly published = { count: 0, bytes: 0 };

  constructor(clock: Clock, random: () => number = () => 0) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Adds a node and gives its bus. */
  join(name = `node-${this.#nodes.size + 1}`): Bus {
    const node: Node = { name, listeners: new Set(), isCutOff: false };
    this.#nodes.set(name, node);
    return {
      node: name,
      publish: (chapterId, news) => this.#publish(node, chapterId, news.slice()),
      listen: (chapterId, hear) => {
        const listener = { chapterId, hear };
        node.listeners.add(listener);
        return () => {
          node.listeners.delete(listener);
        };
      },
    };
  }

  /** Listeners of all nodes together. */
  get listeners(): number {
    return [...this.#nodes.values()].reduce((sum, node) => sum + node.listeners.size, 0);
  }

  /** Cuts a node off: what it tells and what it would hear is lost, also what is on its way to it. */
  cut(name: string): void {
    this.#nodes.get(name)!.isCutOff = true;
  }

  /** Connects a node again. */
  mend(name: string): void {
    this.#nodes.get(name)!.isCutOff = false;
  }

  #publish(from: Node, chapterId: string, news: Uint8Array): void {
    this.published.count += 1;
    this.published.bytes += news.byteLength;
    if (from.isCutOff) return;
    for (const node of this.#nodes.values()) {
      if (node === from || this.#random() < this.faults.loss) continue;
      this.#deliver(node, chapterId, news);
      if (this.#random() < this.faults.doubling) this.#deliver(node, chapterId, news);
    }
  }

  #deliver(node: Node, chapterId: string, news: Uint8Array): void {
    this.#clock.after(this.#random() * this.faults.delayMs, () => {
      if (node.isCutOff) return;
      for (const listener of node.listeners) {
        if (listener.chapterId !== chapterId) continue;
        try {
          listener.hear(news);
        } catch {
          // The port says that a listener which throws disturbs no other.
        }
      }
    });
  }
}
