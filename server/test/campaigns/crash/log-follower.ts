import { createHash } from 'node:crypto';
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs';

/** A row of a chapter's log, as it lies in the database. */
export interface LogRow {
  readonly position: number;
  readonly kind: string;
  /** Null in a row about rights. */
  readonly bytes: Uint8Array | null;
}

/** A chapter's log as it lies in the database. */
export interface ChapterLog {
  readonly generation: string;
  readonly head: number;
  readonly rows: readonly LogRow[];
}

/**
 * Reads one chapter's log again and again and holds it to its promises: positions without gaps, rows
 * that never change, one generation, and every prefix a document with nothing pending.
 */
export class LogFollower {
  readonly #doc = new Doc();
  readonly #digests: string[] = [];
  #generation: string | null = null;

  /** Rows checked so far. */
  get rows(): number {
    return this.#digests.length;
  }

  /** The chapter's state as its rows make it. */
  get state(): Uint8Array {
    return encodeStateAsUpdate(this.#doc);
  }

  /** Takes over the log as it is now; says what is wrong, empty when all is well. */
  faults({ generation, head, rows }: ChapterLog): string[] {
    const faults: string[] = [];
    this.#generation ??= generation;
    if (generation !== this.#generation) faults.push('the generation has changed');
    if (rows.length < this.rows) faults.push(`${this.rows - rows.length} rows are gone`);
    if (head !== rows.length) faults.push(`the head is ${head} with ${rows.length} rows`);
    for (const [index, row] of rows.entries()) {
      if (row.position !== index + 1) faults.push(`row ${index + 1} has position ${row.position}`);
      const digest = digestOf(row);
      const known = this.#digests[index];
      if (known !== undefined && known !== digest) faults.push(`row ${index + 1} has changed`);
      if (known !== undefined) continue;
      this.#digests.push(digest);
      if (row.bytes !== null) applyUpdate(this.#doc, row.bytes);
      const { pendingStructs, pendingDs } = this.#doc.store;
      if (pendingStructs !== null || pendingDs !== null) {
        faults.push(`row ${index + 1} builds on what no row before it has`);
      }
    }
    return faults;
  }
}

function digestOf({ kind, bytes }: LogRow): string {
  return createHash('sha1')
    .update(kind)
    .update(bytes ?? '')
    .digest('base64');
}
