import type { Access } from '@plenary/protocol';
import type { Member } from './member.ts';
import type { RoomPorts } from './room-ports.ts';
import type { Timers } from './timers.ts';

/** What rights need of their room. */
export interface RightsHost {
  readonly chapterId: string;
  readonly timers: Timers;
  /** A member may not be here any more. */
  expel(member: Member): void;
  /** Rights are to be asked for again. */
  wake(): void;
}

/**
 * Who may do what in one room (R6). Rights are asked for at joining and after every `rights` row;
 * between such a row and the answer they are unknown, and nothing may be judged. Where the Authority
 * does not answer, nobody writes.
 */
export class RoomRights {
  readonly #host: RightsHost;
  readonly #ports: RoomPorts;
  #epoch = 0;
  #isAsking = false;
  #isFull = false;
  #isLapsed = false;
  /** Whether the Authority has to be asked. */
  needsAsking = false;

  constructor(host: RightsHost, ports: RoomPorts) {
    this.#host = host;
    this.#ports = ports;
  }

  /** Whether the rights of those inside are known, and known to hold still. */
  get areKnown(): boolean {
    return !this.needsAsking && !this.#isAsking && !this.#isLapsed;
  }

  get haveLapsed(): boolean {
    return this.#isLapsed;
  }

  /** Rights have changed, or may have. */
  changed(): void {
    this.#epoch += 1;
    this.needsAsking = true;
  }

  /** Rights of a newcomer, and none older than the last change. Rejects when the Authority does. */
  async admit(member: Member): Promise<Access> {
    for (;;) {
      const epoch = this.#epoch;
      const access = await this.#ports.authority.accessOf(member.identity, this.#host.chapterId);
      if (epoch !== this.#epoch) continue;
      member.access = this.#capped(member, access);
      return member.access;
    }
  }

  /** Asks again for all the given members; one question for each person. */
  async ask(members: ReadonlySet<Member>): Promise<void> {
    this.needsAsking = false;
    this.#isAsking = true;
    const { authority, logger, limits } = this.#ports;
    const { chapterId, timers } = this.#host;
    let hasFailed = false;
    const unknown = (error: unknown): Access => {
      hasFailed = true;
      logger.error({ err: error, chapterId }, 'rights could not be asked for');
      return { mode: 'read', reason: 'rights-unknown' };
    };
    const answers = new Map<string, Promise<Access>>();
    for (const { identity } of members) {
      if (answers.has(identity.personId)) continue;
      answers.set(identity.personId, authority.accessOf(identity, chapterId).catch(unknown));
    }
    for (const member of members) {
      this.#set(member, await answers.get(member.identity.personId)!);
    }
    this.#isAsking = false;
    if (!hasFailed) return;
    timers.later(limits.retryMs, () => {
      this.changed();
      this.#host.wake();
    });
  }

  /**
   * The store has not confirmed for too long that nothing changed: nobody writes, and everybody is
   * told so. Edits wait to be judged.
   */
  lapse(members: Iterable<Member>): void {
    if (this.#isLapsed) return;
    this.#isLapsed = true;
    for (const member of members) this.#set(member, member.access);
  }

  /** The store answers again: rights are asked for again, and then hold. */
  confirm(): void {
    if (!this.#isLapsed) return;
    this.#isLapsed = false;
    this.changed();
    this.#host.wake();
  }

  /** Nobody writes for a while: the store takes nothing. Afterwards rights are asked for again. */
  suspendWriting(members: Iterable<Member>, ms: number): void {
    this.#isFull = true;
    for (const member of members) this.#set(member, member.access);
    this.#host.timers.later(ms, () => {
      this.#isFull = false;
      this.changed();
      this.#host.wake();
    });
  }

  #set(member: Member, access: Access): void {
    const capped = this.#capped(member, access);
    const before = member.access;
    member.access = capped;
    if (member.hasLeft || sameAccess(before, capped)) return;
    if (capped.mode === 'none') this.#host.expel(member);
    else member.link.accessChanged(capped);
  }

  #capped(member: Member, access: Access): Access {
    if (access.mode !== 'write') return access;
    if (member.readOnlyBecause !== null) return { mode: 'read', reason: member.readOnlyBecause };
    if (this.#isLapsed) return { mode: 'read', reason: 'rights-unknown' };
    return this.#isFull ? { mode: 'read', reason: 'storage-full' } : access;
  }
}

function sameAccess(a: Access, b: Access): boolean {
  const reasonOf = (access: Access) => (access.mode === 'read' ? access.reason : null);
  return a.mode === b.mode && reasonOf(a) === reasonOf(b);
}
