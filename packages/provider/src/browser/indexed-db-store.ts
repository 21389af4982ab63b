import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { Listeners } from '../listeners.ts';
import type { Advance, Draft, LocalCopy, LocalEdit, LocalStore, UnsentEdit } from '../types.ts';
import { mergeAll } from '../yjs-bytes.ts';

/** A database that has not opened by then is done without: some browsers never answer at all. */
export const OPEN_DEADLINE_MS = 5_000;

/** A text is kept as this many parts at most before they are merged into one. */
const MAX_BASE_PARTS = 64;

const NAMES = ['chapters', 'base', 'unsent', 'drafts'] as const;

interface Schema extends DBSchema {
  chapters: { key: string; value: { chapterId: string; generation: string; position: number } };
  base: {
    key: number;
    value: { chapterId: string; bytes: Uint8Array };
    indexes: { chapterId: string };
  };
  unsent: {
    key: number;
    value: { chapterId: string } & LocalEdit;
    indexes: { chapterId: string };
  };
  drafts: { key: string; value: Draft; indexes: { chapterId: string } };
}

type Database = IDBPDatabase<Schema>;
type Writing = IDBPTransaction<Schema, (typeof NAMES)[number][], 'readwrite'>;

/**
 * Opens the local copies of one person: one database a person, so that signing out deletes it whole.
 * Rejects when the browser keeps nothing (private windows of some, storage turned off) or does
 * not answer: use `createMemoryStore` then, which says that it is not durable.
 */
export async function openIndexedDbStore(options: { personId: string }): Promise<LocalStore> {
  const name = `plenary-copies-${options.personId}`;
  const news = new BroadcastChannel(name);
  const watchers = new Listeners<[string]>();
  try {
    const opening = openDB<Schema>(name, 1, {
      upgrade(created) {
        created.createObjectStore('chapters', { keyPath: 'chapterId' });
        for (const store of ['base', 'unsent'] as const) {
          created
            .createObjectStore(store, { autoIncrement: true })
            .createIndex('chapterId', 'chapterId');
        }
        created
          .createObjectStore('drafts', { keyPath: 'id' })
          .createIndex('chapterId', 'chapterId');
      },
      // Another page deletes the database, signing out: let go of it at once.
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase | null)?.close();
        news.close();
      },
    });
    const database = await inTime(opening);
    return new IndexedDbStore({ name, database, news, watchers });
  } catch (error) {
    news.close();
    throw error;
  }
}

/** The database, or a rejection when it takes too long; one that opens after all is closed again. */
async function inTime(opening: Promise<Database>): Promise<Database> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(new DOMException('the browser does not open its database', 'TimeoutError'));
  }, OPEN_DEADLINE_MS);
  opening.then(
    (database) => {
      if (isLate) database.close();
    },
    () => {}, // the one who waits is told
  );
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

class IndexedDbStore implements LocalStore {
  readonly durable = true;
  readonly #name: string;
  readonly #database: Database;
  readonly #news: BroadcastChannel;
  readonly #watchers: Listeners<[string]>;

  constructor(options: {
    name: string;
    database: Database;
    news: BroadcastChannel;
    watchers: Listeners<[string]>;
  }) {
    this.#name = options.name;
    this.#database = options.database;
    this.#news = options.news;
    this.#watchers = options.watchers;
    this.#news.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.#watchers.emit(data);
    });
  }

  async load(chapterId: string): Promise<LocalCopy | null> {
    const transaction = this.#database.transaction(NAMES);
    const [chapter, base, unsentKeys, unsent, drafts] = await Promise.all([
      transaction.objectStore('chapters').get(chapterId),
      transaction.objectStore('base').index('chapterId').getAll(chapterId),
      transaction.objectStore('unsent').index('chapterId').getAllKeys(chapterId),
      transaction.objectStore('unsent').index('chapterId').getAll(chapterId),
      transaction.objectStore('drafts').index('chapterId').getAll(chapterId),
    ]);
    if (chapter === undefined && unsent.length === 0 && drafts.length === 0) return null;
    return {
      generation: chapter?.generation ?? '',
      position: chapter?.position ?? 0,
      base: base.length === 0 ? null : mergeAll(base.map((part) => part.bytes)),
      unsent: withKeys(unsentKeys, unsent),
      drafts,
    };
  }

  async peek(chapterId: string): Promise<Omit<LocalCopy, 'base'>> {
    const transaction = this.#database.transaction(['chapters', 'unsent', 'drafts']);
    const [chapter, unsentKeys, unsent, drafts] = await Promise.all([
      transaction.objectStore('chapters').get(chapterId),
      transaction.objectStore('unsent').index('chapterId').getAllKeys(chapterId),
      transaction.objectStore('unsent').index('chapterId').getAll(chapterId),
      transaction.objectStore('drafts').index('chapterId').getAll(chapterId),
    ]);
    return {
      generation: chapter?.generation ?? '',
      position: chapter?.position ?? 0,
      unsent: withKeys(unsentKeys, unsent),
      drafts,
    };
  }

  addUnsent(chapterId: string, { generation, bytes, changes }: LocalEdit): Promise<number> {
    // The one write that must have reached the disk: what the server has can be fetched again.
    return this.#write(
      chapterId,
      (transaction) =>
        transaction.objectStore('unsent').add({ chapterId, generation, bytes, changes }),
      'strict',
    );
  }

  acknowledge(chapterId: string, keys: readonly number[]): Promise<void> {
    return this.#write(chapterId, async (transaction) => {
      const chapter = await transaction.objectStore('chapters').get(chapterId);
      const unsent = transaction.objectStore('unsent');
      for (const key of keys) {
        const edit = await unsent.get(key);
        if (edit?.chapterId !== chapterId) continue;
        await unsent.delete(key);
        const belongs = ['', chapter?.generation].includes(edit.generation);
        if (chapter === undefined || chapter.generation === '' || !belongs) continue;
        await transaction.objectStore('base').add({ chapterId, bytes: edit.bytes });
      }
      await compact(transaction, chapterId);
    });
  }

  setAside(chapterId: string, keys: readonly number[], draft: Draft | null): Promise<void> {
    return this.#write(
      chapterId,
      async (transaction) => {
        await deleteEdits(transaction, chapterId, keys);
        if (draft !== null) await transaction.objectStore('drafts').put(draft);
      },
      'strict',
    );
  }

  advance(chapterId: string, to: Advance): Promise<void> {
    return this.#write(chapterId, async (transaction) => {
      const chapters = transaction.objectStore('chapters');
      const chapter = await chapters.get(chapterId);
      const reached = chapter?.position ?? 0;
      const generation = chapter?.generation ?? '';
      if ((generation !== '' && generation !== to.generation) || to.from > reached) return;
      await chapters.put({
        chapterId,
        generation: to.generation,
        position: Math.max(reached, to.position),
      });
      if (to.update === null) return;
      await transaction.objectStore('base').add({ chapterId, bytes: to.update });
      await compact(transaction, chapterId);
    });
  }

  replace(
    chapterId: string,
    { generation, keys, draft }: Parameters<LocalStore['replace']>[1],
  ): Promise<void> {
    return this.#write(
      chapterId,
      async (transaction) => {
        const chapters = transaction.objectStore('chapters');
        const chapter = await chapters.get(chapterId);
        if (chapter?.generation !== generation || generation === '') {
          await deleteAll(transaction, 'base', chapterId);
          await chapters.put({ chapterId, generation, position: 0 });
        }
        await deleteEdits(transaction, chapterId, keys);
        if (draft !== null) await transaction.objectStore('drafts').put(draft);
      },
      'strict',
    );
  }

  removeDraft(chapterId: string, id: string): Promise<void> {
    return this.#write(chapterId, (transaction) => transaction.objectStore('drafts').delete(id));
  }

  async size(): Promise<{ bytes: number; chapters: number }> {
    const transaction = this.#database.transaction(NAMES);
    const found = new Set<string>();
    let bytes = 0;
    for await (const { value } of transaction.objectStore('chapters')) found.add(value.chapterId);
    for (const name of ['base', 'unsent'] as const) {
      for await (const { value } of transaction.objectStore(name)) {
        found.add(value.chapterId);
        bytes += value.bytes.length;
      }
    }
    for await (const { value } of transaction.objectStore('drafts')) {
      found.add(value.chapterId);
      bytes += value.state.length;
    }
    return { bytes, chapters: found.size };
  }

  watch(listener: (chapterId: string) => void): () => void {
    return this.#watchers.add(listener);
  }

  async drop(chapterId?: string): Promise<void> {
    if (chapterId === undefined) {
      await this.close();
      await deleteDB(this.#name);
      return;
    }
    await this.#write(chapterId, async (transaction) => {
      await transaction.objectStore('chapters').delete(chapterId);
      for (const name of ['base', 'unsent', 'drafts'] as const) {
        await deleteAll(transaction, name, chapterId);
      }
    });
  }

  close(): Promise<void> {
    this.#watchers.clear();
    this.#news.close();
    this.#database.close();
    return Promise.resolve();
  }

  /** Runs one transaction, and tells the other pages once it has been committed. */
  async #write<T>(
    chapterId: string,
    work: (transaction: Writing) => Promise<T>,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<T> {
    const transaction: Writing = this.#database.transaction([...NAMES], 'readwrite', {
      durability,
    });
    const committed = transaction.done;
    // Awaited below, unless the work throws first; then its error is the one to report.
    committed.catch(() => {});
    let result: T;
    try {
      [result] = await Promise.all([work(transaction), committed]);
    } catch (error) {
      abort(transaction);
      throw error;
    }
    this.#tell(chapterId);
    return result;
  }

  /** A store closed meanwhile tells nobody: what was committed is kept all the same. */
  #tell(chapterId: string): void {
    try {
      this.#news.postMessage(chapterId);
    } catch {
      // the channel is closed
    }
  }
}

/** Many small parts become one, in the transaction that added the last. */
async function compact(transaction: Writing, chapterId: string): Promise<void> {
  const base = transaction.objectStore('base');
  if ((await base.index('chapterId').count(chapterId)) <= MAX_BASE_PARTS) return;
  const parts = await base.index('chapterId').getAll(chapterId);
  await deleteAll(transaction, 'base', chapterId);
  await base.add({ chapterId, bytes: mergeAll(parts.map((part) => part.bytes)) });
}

async function deleteEdits(
  transaction: Writing,
  chapterId: string,
  keys: readonly number[],
): Promise<void> {
  const unsent = transaction.objectStore('unsent');
  for (const key of keys) {
    if ((await unsent.get(key))?.chapterId === chapterId) await unsent.delete(key);
  }
}

async function deleteAll(
  transaction: Writing,
  name: 'base' | 'unsent' | 'drafts',
  chapterId: string,
): Promise<void> {
  for await (const cursor of transaction.objectStore(name).index('chapterId').iterate(chapterId)) {
    await cursor.delete();
  }
}

/** Aborts a transaction that may have ended by itself. */
function abort(transaction: Writing): void {
  try {
    transaction.abort();
  } catch {
    // it had ended already
  }
}

function withKeys(keys: readonly number[], edits: readonly LocalEdit[]): UnsentEdit[] {
  return edits.map(({ generation, bytes, changes }, at) => ({
    key: keys[at] as number,
    generation,
    bytes,
    changes,
  }));
}
