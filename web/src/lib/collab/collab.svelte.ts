import type { LocalStore, Replica } from '@plenary/provider';
import { createContext } from 'svelte';
import type { Engine } from '#lib/collab/engine.ts';
import { UnsentIndex } from '#lib/collab/unsent-index.ts';

/**
 * One person's connection to chapters while they are signed in. It starts with the first report, or
 * by itself when this device still holds changes the server does not have: those are then delivered
 * without the report being opened.
 */
export class Collab {
  readonly unsent: UnsentIndex;
  readonly #personId: string;
  readonly #delivering = new Set<string>();
  #engine: Promise<Engine> | null = null;
  #running: Engine | null = null;
  #isClosed = false;

  constructor(personId: string) {
    this.#personId = personId;
    this.unsent = new UnsentIndex(personId);
  }

  /** The running engine; starts it at the first call. Rejects when its code cannot be loaded. */
  engine(): Promise<Engine> {
    this.#engine ??= import('#lib/collab/engine.ts')
      .then(({ startEngine }) => startEngine(this.#personId))
      .then((engine) => (this.#running = engine))
      .catch((error: unknown) => {
        this.#engine = null;
        throw error;
      });
    return this.#engine;
  }

  /** Whether closing this page now would lose something that was typed in it. */
  get wouldLose(): boolean {
    return this.#running?.connection.wouldLose ?? false;
  }

  /** Looks into the local copies. Those in this page's memory (private windows) are only there. */
  async withCopies<T>(work: (store: LocalStore) => Promise<T>): Promise<T> {
    const engine = await this.#engine?.catch(() => undefined);
    if (engine?.store.durable === false) return work(engine.store);
    const { openCopies } = await import('#lib/collab/engine.ts');
    const store = await openCopies(this.#personId);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** Sends what earlier visits left unsent. Chapters that stay unsent stay listed and open. */
  async deliver(): Promise<void> {
    const listed = this.unsent.list();
    if (listed.length === 0) return;
    const { connection } = await this.engine();
    if (this.#isClosed) return;
    for (const { chapterId } of listed) {
      if (this.#delivering.has(chapterId)) continue;
      this.#delivering.add(chapterId);
      const replica = connection.open(chapterId);
      const look = (): void => {
        if (!isDelivered(replica)) return;
        stop();
        this.#delivering.delete(chapterId);
        if (replica.drafts.length === 0) this.unsent.remove(chapterId);
        void replica.close();
      };
      const stop = replica.onChange(look);
      look();
    }
  }

  /** Closes the connection once everything here has been kept. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.connection.close();
    await engine?.store.close();
  }
}

/** The server has all of it, or will not take it: read-only and closed with nothing waiting count. */
function isDelivered({ state }: Replica): boolean {
  switch (state.kind) {
    case 'saved':
      return true;
    case 'read-only':
    case 'closed':
      return state.pending === 0;
    case 'loading':
    case 'saving':
    case 'offline':
      return false;
    default:
      return state satisfies never;
  }
}

/** The workspace's one connection to chapters: its layout sets it. */
export const [getCollab, setCollab] = createContext<{ readonly current: Collab }>();
