import type { Edit } from './edit.ts';
import type { RelayLimits } from './limits.ts';
import type { Member } from './member.ts';
import type { StructId } from './read-update.ts';

export interface Parked {
  readonly edit: Edit;
  /** Something it waits for. */
  readonly need: StructId;
  readonly until: number;
}

/** Edits of a room that wait for something before them (R14), within bounds. */
export class Parking {
  readonly #limits: RelayLimits;
  #parked: Parked[] = [];
  #bytes = 0;

  constructor(limits: RelayLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#parked.length === 0;
  }

  /** When the next edit has waited too long, in milliseconds; null when none waits. */
  get nextExpiry(): number | null {
    return this.#parked[0]?.until ?? null;
  }

  /** Keeps an edit; false when it exceeds what this member or the room may have waiting. */
  park(edit: Edit, need: StructId, now: number): boolean {
    const size = edit.bytes.byteLength;
    if (this.#bytes + size > this.#limits.parkedRoomBytes) return false;
    if (edit.member.parkedBytes + size > this.#limits.parkedMemberBytes) return false;
    this.#parked.push({ edit, need, until: now + this.#limits.parkedMs });
    this.#bytes += size;
    edit.member.parkedBytes += size;
    return true;
  }

  /** Takes out those whose need has been met, in the order they came. */
  takeMet(clockOf: (client: number) => number): readonly Parked[] {
    return this.#take(({ need }) => clockOf(need.client) > need.clock);
  }

  /** Puts back an edit that still waits, with its old time. */
  putBack(entry: Parked): void {
    const size = entry.edit.bytes.byteLength;
    const later = this.#parked.findIndex(({ until }) => until > entry.until);
    this.#parked.splice(later === -1 ? this.#parked.length : later, 0, entry);
    this.#bytes += size;
    entry.edit.member.parkedBytes += size;
  }

  /** Takes out a member's edits. */
  takeOf(member: Member): readonly Edit[] {
    return this.#take((entry) => entry.edit.member === member).map((entry) => entry.edit);
  }

  /** Takes out those that have waited too long. */
  takeExpired(now: number): readonly Edit[] {
    return this.#take((entry) => entry.until <= now).map((entry) => entry.edit);
  }

  #take(isWanted: (entry: Parked) => boolean): readonly Parked[] {
    const taken = this.#parked.filter(isWanted);
    if (taken.length === 0) return taken;
    this.#parked = this.#parked.filter((entry) => !isWanted(entry));
    for (const { edit } of taken) {
      this.#bytes -= edit.bytes.byteLength;
      edit.member.parkedBytes -= edit.bytes.byteLength;
    }
    return taken;
  }
}
