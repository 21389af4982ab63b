import { Listeners } from './listeners.ts';
import type { Advance, Draft, LocalCopy, LocalEdit, LocalStore, UnsentEdit } from './types.ts';
import { mergeAll } from './yjs-bytes.ts';

interface Chapter {
  generation: string;
  position: number;
  base: Uint8Array[];
  unsent: UnsentEdit[];
  drafts: Draft[];
}

/**
 * What the pages of one person share when there is no disk: several stores may be opened on it, as
 * several tabs open one database. For tests, and for browsers that keep nothing.
 */
export class MemoryDisk {
  readonly #chapters = new Map<string, Chapter>();
  readonly #stores = new Set<MemoryStore>();
  readonly #durable: boolean;
  #keys = 0;

  /** `durable` is what the stores say of themselves; only a test may claim it. */
  constructor(options: { durable: boolean }) {
    this.#durable = options.durable;
  }

  /** A store for one page. */
  open(): LocalStore {
    const store = new MemoryStore(this, this.#durable, {
      changed: (chapterId) => {
        for (const other of this.#stores) if (other !== store) other.tell(chapterId);
      },
      dropped: () => {
        this.#chapters.clear();
        for (const other of this.#stores) void other.close();
      },
      closed: () => {
        this.#stores.delete(store);
      },
    });
    this.#stores.add(store);
    return store;
  }

  /** Used by the stores. */
  get chapters(): Map<string, Chapter> {
    return this.#chapters;
  }

  /** Used by the stores: a key that was never given before. */
  nextKey(): number {
    this.#keys += 1;
    return this.#keys;
  }
}

/** A store that keeps nothing beyond this page: what is typed offline is lost with it, and it says so. */
export function createMemoryStore(): LocalStore {
  return new MemoryDisk({ durable: false }).open();
}

interface Events {
  changed(chapterId: string): void;
  dropped(): void;
  closed(): void;
}

class MemoryStore implements LocalStore {
  readonly durable: boolean;
  readonly #disk: MemoryDisk;
  readonly #events: Events;
  readonly #watchers = new Listeners<[string]>();
  #closed = false;

  constructor(disk: MemoryDisk, durable: boolean, events: Events) {
    this.#disk = disk;
    this.durable = durable;
    this.#events = events;
  }

  async load(chapterId: string): Promise<LocalCopy | null> {
    await this.#transaction();
    const chapter = this.#disk.chapters.get(chapterId);
    if (chapter === undefined) return null;
    const { generation, position, base, unsent, drafts } = chapter;
    return {
      generation,
      position,
      base: base.length === 0 ? null : mergeAll(base),
      unsent: [...unsent],
      drafts: [...drafts],
    };
  }

  async peek(chapterId: string): Promise<Omit<LocalCopy, 'base'>> {
    await this.#transaction();
    const chapter = this.#disk.chapters.get(chapterId);
    return {
      generation: chapter?.generation ?? '',
      position: chapter?.position ?? 0,
      unsent: [...(chapter?.unsent ?? [])],
      drafts: [...(chapter?.drafts ?? [])],
    };
  }

  async addUnsent(chapterId: string, edit: LocalEdit): Promise<number> {
    const chapter = await this.#change(chapterId);
    const key = this.#disk.nextKey();
    chapter.unsent.push({ ...edit, key });
    return key;
  }

  async acknowledge(chapterId: string, keys: readonly number[]): Promise<void> {
    const chapter = await this.#change(chapterId);
    for (const edit of this.#take(chapter, keys)) {
      const belongs = ['', chapter.generation].includes(edit.generation);
      if (belongs && chapter.generation !== '') chapter.base.push(edit.bytes);
    }
  }

  async setAside(chapterId: string, keys: readonly number[], draft: Draft | null): Promise<void> {
    const chapter = await this.#change(chapterId);
    this.#take(chapter, keys);
    if (draft !== null) chapter.drafts.push(draft);
  }

  async advance(chapterId: string, to: Advance): Promise<void> {
    const chapter = await this.#change(chapterId);
    if (chapter.generation !== '' && chapter.generation !== to.generation) return;
    if (to.from > chapter.position) return;
    chapter.generation = to.generation;
    chapter.position = Math.max(chapter.position, to.position);
    if (to.update !== null) chapter.base = [mergeAll([...chapter.base, to.update])];
  }

  async replace(
    chapterId: string,
    { generation, keys, draft }: Parameters<LocalStore['replace']>[1],
  ): Promise<void> {
    const chapter = await this.#change(chapterId);
    if (chapter.generation !== generation || generation === '') {
      chapter.base = [];
      chapter.position = 0;
    }
    chapter.generation = generation;
    this.#take(chapter, keys);
    if (draft !== null) chapter.drafts.push(draft);
  }

  async removeDraft(chapterId: string, id: string): Promise<void> {
    const chapter = await this.#change(chapterId);
    chapter.drafts = chapter.drafts.filter((draft) => draft.id !== id);
  }

  async size(): Promise<{ bytes: number; chapters: number }> {
    await this.#transaction();
    let bytes = 0;
    for (const { base, unsent, drafts } of this.#disk.chapters.values()) {
      for (const part of base) bytes += part.length;
      for (const edit of unsent) bytes += edit.bytes.length;
      for (const draft of drafts) bytes += draft.state.length;
    }
    return { bytes, chapters: this.#disk.chapters.size };
  }

  watch(listener: (chapterId: string) => void): () => void {
    return this.#watchers.add(listener);
  }

  async drop(chapterId?: string): Promise<void> {
    await this.#transaction();
    if (chapterId === undefined) {
      this.#events.dropped();
      return;
    }
    this.#disk.chapters.delete(chapterId);
    this.#events.changed(chapterId);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#watchers.clear();
    this.#events.closed();
    return Promise.resolve();
  }

  /** Another page changed a chapter. */
  tell(chapterId: string): void {
    this.#watchers.emit(chapterId);
  }

  /** Everything after this, up to the next `await`, is one transaction. */
  async #transaction(): Promise<void> {
    await Promise.resolve();
    if (this.#closed) throw new Error('the store is closed');
  }

  async #change(chapterId: string): Promise<Chapter> {
    await this.#transaction();
    let chapter = this.#disk.chapters.get(chapterId);
    if (chapter === undefined) {
      chapter = { generation: '', position: 0, base: [], unsent: [], drafts: [] };
      this.#disk.chapters.set(chapterId, chapter);
    }
    queueMicrotask(() => {
      this.#events.changed(chapterId);
    });
    return chapter;
  }

  #take(chapter: Chapter, keys: readonly number[]): UnsentEdit[] {
    const taken = chapter.unsent.filter((edit) => keys.includes(edit.key));
    chapter.unsent = chapter.unsent.filter((edit) => !keys.includes(edit.key));
    return taken;
  }
}
