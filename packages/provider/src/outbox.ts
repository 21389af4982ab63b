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

/**
 * The edits of one chapter between the keyboard and the server's disk, oldest first. Somebody offline
 * for a day has tens of thousands, so what is asked at every keystroke is not looked up among all of
 * them: edits are kept and sent from the oldest on, and it is remembered how far that has come.
 */
export class Outbox {
  #edits: Edit[] = [];
  /** All edits before this one are in the local copy, or need not be. */
  #keptBefore = 0;
  /** All edits before this one are on their way. */
  #sentBefore = 0;
  /** Numbers of the frames on their way; null when they have to be looked up. */
  #frames: Set<number> | null = new Set();
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
    return this.#edits
      .slice(this.#firstUnkept())
      .filter((edit) => edit.record === null && !edit.implied);
  }

  /** Whether everything typed is in the local copy. */
  get allKept(): boolean {
    return this.#firstUnkept() === this.#edits.length;
  }

  /** Keys of the local copy that are held here. */
  keys(): Set<number> {
    const keys = new Set<number>();
    for (const { record } of this.#edits) if (record?.key != null) keys.add(record.key);
    return keys;
  }

  /** The oldest waiting edits for one frame: at least one if any waits, else up to `maxBytes`. */
  next(maxBytes: number): Edit[] {
    while (this.#edits[this.#sentBefore]?.seq != null) this.#sentBefore += 1;
    let bytes = 0;
    const chosen: Edit[] = [];
    for (let at = this.#sentBefore; at < this.#edits.length; at += 1) {
      const edit = this.#edits[at]!;
      if (edit.seq !== null) continue;
      bytes += edit.bytes.length;
      if (chosen.length > 0 && bytes > maxBytes) break;
      chosen.push(edit);
    }
    return chosen;
  }

  /** How many frames are on their way. */
  get framesInFlight(): number {
    if (this.#frames === null) {
      this.#frames = new Set();
      for (const { seq } of this.#edits) if (seq !== null) this.#frames.add(seq);
    }
    return this.#frames.size;
  }

  /** These edits go out in the frame with this number. */
  sent(edits: readonly Edit[], seq: number): void {
    // Edits of frames before may be among them: those frames are not waited for any more.
    if (edits.some((edit) => edit.seq !== null)) this.#frames = null;
    for (const edit of edits) edit.seq = seq;
    if (edits.length > 0) this.#frames?.add(seq);
  }

  /** Edits that were kept, or on their way, may not be any more: everything is looked at anew. */
  recheck(): void {
    this.#keptBefore = 0;
    this.#sentBefore = 0;
    this.#frames = null;
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
    this.recheck();
  }

  /** These edits are not to be sent any more. */
  remove(edits: readonly Edit[]): void {
    const gone = new Set(edits);
    this.#edits = this.#edits.filter((edit) => !gone.has(edit));
    for (const edit of gone) this.pending -= edit.changes;
    this.recheck();
  }

  #firstUnkept(): number {
    for (; this.#keptBefore < this.#edits.length; this.#keptBefore += 1) {
      const { implied, record } = this.#edits[this.#keptBefore]!;
      if (!implied && (record?.key ?? null) === null) break;
    }
    return this.#keptBefore;
  }

  #push(edit: Edit): void {
    this.#edits.push(edit);
    this.pending += edit.changes;
  }
}
