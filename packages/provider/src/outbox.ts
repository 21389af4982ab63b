import { mergeAll } from './yjs-bytes.ts';
import type { UnsentEdit } from './types.ts';

/** One or more local changes that the server has not acknowledged. */
export interface Edit {
  readonly bytes: Uint8Array;
  /** How many changes the person would count in it. */
  readonly changes: number;
  /**
   * A consequence of somebody else's edit that Yjs drew here (superfluous formatting marks deleted).
   * It is sent, but it is nobody's typing: not counted, not kept.
   */
  readonly implied: boolean;
  /** Number of the frame it went out in; null while it waits. */
  seq: number | null;
  /** The record of the local copy that holds it; null while it is in memory only. */
  record: KeptRecord | null;
}

/** A record of the local copy. It may hold several edits. */
export interface KeptRecord {
  /** Null while it is being written. */
  key: number | null;
  /** Edits in it that the server has not acknowledged. */
  unacknowledged: number;
}

/** The edits of one chapter between the keyboard and the server's disk, oldest first. */
export class Outbox {
  #edits: Edit[] = [];
  /** Changes typed that are in here. */
  pending = 0;

  get edits(): readonly Edit[] {
    return this.#edits;
  }

  /** A change of the local document. Consequences in a row become one edit. */
  add(bytes: Uint8Array, implied: boolean): void {
    const last = this.#edits.at(-1);
    if (implied && last?.implied && last.seq === null) {
      this.#edits[this.#edits.length - 1] = { ...last, bytes: mergeAll([last.bytes, bytes]) };
      return;
    }
    const changes = implied ? 0 : 1;
    this.#push({ bytes, changes, implied, seq: null, record: null });
  }

  /** An edit that the local copy holds from an earlier session or another page. */
  adopt({ bytes, changes, key }: UnsentEdit): void {
    const record: KeptRecord = { key, unacknowledged: 1 };
    this.#push({ bytes, changes, implied: false, seq: null, record });
  }

  /** Edits that no record of the local copy holds yet. */
  unkept(): Edit[] {
    return this.#edits.filter((edit) => edit.record === null && !edit.implied);
  }

  /** Whether everything typed is in the local copy. */
  get allKept(): boolean {
    return this.#edits.every((edit) => edit.implied || (edit.record?.key ?? null) !== null);
  }

  /** Keys of the local copy that are held here. */
  keys(): Set<number> {
    const keys = new Set<number>();
    for (const { record } of this.#edits) if (record?.key != null) keys.add(record.key);
    return keys;
  }

  /** The oldest waiting edits for one frame: at least one if any waits, else up to `maxBytes`. */
  next(maxBytes: number): Edit[] {
    const start = this.#edits.findIndex((edit) => edit.seq === null);
    if (start === -1) return [];
    let bytes = 0;
    const chosen: Edit[] = [];
    for (const edit of this.#edits.slice(start)) {
      if (edit.seq !== null) continue;
      bytes += edit.bytes.length;
      if (chosen.length > 0 && bytes > maxBytes) break;
      chosen.push(edit);
    }
    return chosen;
  }

  /** How many frames are on their way. */
  get framesInFlight(): number {
    const seqs = new Set<number>();
    for (const { seq } of this.#edits) if (seq !== null) seqs.add(seq);
    return seqs.size;
  }

  /**
   * The server has everything up to frame `seq`. Returns the keys of the records of which nothing is
   * outstanding any more.
   */
  acknowledge(seq: number): number[] {
    const done = this.#edits.filter((edit) => edit.seq !== null && edit.seq <= seq);
    this.remove(done);
    const keys: number[] = [];
    for (const { record } of done) {
      if (record === null) continue;
      record.unacknowledged -= 1;
      if (record.unacknowledged === 0 && record.key !== null) keys.push(record.key);
    }
    return keys;
  }

  /** The frames from `seq` on did not get through: their edits wait again. */
  requeue(seq = 0): void {
    for (const edit of this.#edits) if (edit.seq !== null && edit.seq >= seq) edit.seq = null;
  }

  /** These edits are not to be sent any more. */
  remove(edits: readonly Edit[]): void {
    const gone = new Set(edits);
    this.#edits = this.#edits.filter((edit) => !gone.has(edit));
    for (const edit of gone) this.pending -= edit.changes;
  }

  #push(edit: Edit): void {
    this.#edits.push(edit);
    this.pending += edit.changes;
  }
}
