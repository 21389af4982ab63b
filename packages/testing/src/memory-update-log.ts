import type { AppendResult, LogRow, NewRow, StoredRoom, UpdateLog } from '@plenary/relay';

interface Chapter {
  generation: string;
  readonly rows: LogRow[];
  readonly clients: Map<number, string>;
  state: Uint8Array | null;
  statePosition: number;
}

/**
 * A fault to inject into an append: `lost` rejects without storing, `stored` rejects after storing
 * (the answer got lost), `full` stores nothing and says so.
 */
export type AppendFault = 'lost' | 'stored' | 'full';

/**
 * An UpdateLog in memory, for tests: it keeps the contract, can be held up, and fails on demand.
 * Chapters are created by `createChapter`.
 */
export class MemoryUpdateLog implements UpdateLog {
  readonly #chapters = new Map<string, Chapter>();
  #generations = 0;
  #gate: Promise<void> = Promise.resolve();
  #openGate: (() => void) | null = null;

  /** Asked before each append; return a fault to inject it. */
  faultOf: (chapterId: string) => AppendFault | null = () => null;
  /** How often each method was called. */
  readonly calls = { load: 0, append: 0, readAfter: 0, compact: 0, heads: 0 };
  /** When set, the next loads reject with it. */
  loadError: Error | null = null;
  /** When set, questions for rows reject with it. */
  readError: Error | null = null;
  /** When set, questions for heads reject with it. */
  headsError: Error | null = null;
  /** Milliseconds since the epoch for new rows. */
  now: () => number = Date.now;

  /** Creates an untouched chapter; the id may be chosen. */
  createChapter(id = `chapter-${this.#chapters.size + 1}`): string {
    this.#chapters.set(id, {
      generation: this.#drawGeneration(),
      rows: [],
      clients: new Map(),
      state: null,
      statePosition: 0,
    });
    return id;
  }

  /** Removes a chapter with everything in it. */
  removeChapter(id: string): void {
    this.#chapters.delete(id);
  }

  /** Gives a chapter another generation; with `keep`, only the first rows stay (a restore). */
  renewGeneration(id: string, keep?: number): void {
    const chapter = this.#chapters.get(id)!;
    chapter.generation = this.#drawGeneration();
    if (keep === undefined) return;
    chapter.rows.length = keep;
    chapter.state = null;
    chapter.statePosition = 0;
  }

  /** Appends a `rights` row as the server would, and returns its position. */
  appendRights(id: string): number {
    const { rows } = this.#chapters.get(id)!;
    rows.push({ kind: 'rights', position: rows.length + 1, at: this.now() });
    return rows.length;
  }

  /** Appends as another node would: at whatever the head is. */
  appendElsewhere(id: string, ...rows: NewRow[]): number {
    const chapter = this.#chapters.get(id)!;
    this.#store(chapter, rows);
    return chapter.rows.length;
  }

  /** All rows of a chapter, oldest first. */
  rowsOf(id: string): readonly LogRow[] {
    return this.#chapters.get(id)!.rows;
  }

  /** Holds every call until `release`. */
  hold(): void {
    if (this.#openGate !== null) return;
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve;
    });
  }

  /** Lets held calls go on. */
  release(): void {
    this.#openGate?.();
    this.#openGate = null;
  }

  async load(chapterId: string): Promise<StoredRoom | null> {
    this.calls.load += 1;
    await this.#gate;
    if (this.loadError !== null) throw this.loadError;
    const chapter = this.#chapters.get(chapterId);
    if (chapter === undefined) return null;
    return {
      generation: chapter.generation,
      head: chapter.rows.length,
      state: chapter.state,
      statePosition: chapter.statePosition,
      tail: chapter.rows.slice(chapter.statePosition),
      clients: new Map(chapter.clients),
    };
  }

  async append(
    chapterId: string,
    batch: { generation: string; expectedHead: number; rows: readonly NewRow[] },
  ): Promise<AppendResult> {
    this.calls.append += 1;
    const rows = batch.rows.map((row) => ({ ...row, bytes: row.bytes.slice() }));
    await this.#gate;
    const chapter = this.#chapters.get(chapterId);
    if (chapter === undefined || chapter.generation !== batch.generation) return { type: 'gone' };
    const fault = this.faultOf(chapterId);
    if (fault === 'lost') throw new Error('injected: append lost');
    if (fault === 'full') return { type: 'full', cause: new Error('injected: disk full') };
    if (chapter.rows.length !== batch.expectedHead) {
      return { type: 'behind', rows: chapter.rows.slice(batch.expectedHead) };
    }
    const at = this.#store(chapter, rows);
    if (fault === 'stored') throw new Error('injected: answer lost');
    return { type: 'committed', head: chapter.rows.length, at };
  }

  async readAfter(chapterId: string, position: number, limit: number): Promise<readonly LogRow[]> {
    this.calls.readAfter += 1;
    await this.#gate;
    if (this.readError !== null) throw this.readError;
    return this.#chapters.get(chapterId)?.rows.slice(position, position + limit) ?? [];
  }

  async compact(
    chapterId: string,
    snapshot: { generation: string; position: number; state: Uint8Array },
  ): Promise<void> {
    this.calls.compact += 1;
    await this.#gate;
    const chapter = this.#chapters.get(chapterId);
    if (chapter?.generation !== snapshot.generation) return;
    if (snapshot.position <= chapter.statePosition) return;
    chapter.state = snapshot.state.slice();
    chapter.statePosition = snapshot.position;
  }

  async heads(chapterIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.calls.heads += 1;
    await this.#gate;
    if (this.headsError !== null) throw this.headsError;
    const found = chapterIds.filter((id) => this.#chapters.has(id));
    return new Map(found.map((id) => [id, this.#chapters.get(id)!.rows.length]));
  }

  #store(chapter: Chapter, rows: readonly NewRow[]): number {
    const at = this.now();
    for (const { personId, via, bytes, newClients } of rows) {
      const position = chapter.rows.length + 1;
      chapter.rows.push({ kind: 'update', position, personId, via, at, bytes });
      for (const client of newClients) {
        if (!chapter.clients.has(client)) chapter.clients.set(client, personId);
      }
    }
    return at;
  }

  #drawGeneration(): string {
    this.#generations += 1;
    return `generation-${this.#generations}`;
  }
}
