import type { Edit } from './edit.ts';
import type { CutParts } from './intake.ts';
import type { Member } from './member.ts';
import { isLarge, readLarge } from './read-large.ts';
import { MalformedUpdateError, readUpdate } from './read-update.ts';
import type { RoomCore } from './room-core.ts';
import type { IncomingUpdate } from './waiting-updates.ts';
import { encodeDeletions } from './yjs-bytes.ts';

/** How updates come to be judged: bounded, taken apart, and not before rights and text are known. */
export class RoomJudging {
  readonly #core: RoomCore;

  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** Whether rights and text are known, so that anything may be judged. */
  get mayJudge(): boolean {
    return !this.#core.state.needsReload && this.#core.rights.areKnown;
  }

  /** Takes an update. A promise means that the client's next message must wait for it. */
  receive(member: Member, incoming: IncomingUpdate): void | Promise<void> {
    if (incoming.bytes.byteLength > this.#core.ports.limits.updateBytes) {
      member.refuse(incoming.seq, 'too-large');
      return;
    }
    if (this.mayJudge) return this.#judge(member, incoming);
    this.#wait(member, incoming);
  }

  /** Judges what waited; each member's updates in their order. */
  judgeWaiting(): void {
    const { waiting, state } = this.#core;
    const late = new Map<Member, Promise<void>>();
    const judge = (member: Member, incoming: IncomingUpdate) => {
      if (!state.isOver && !member.hasLeft) return this.receive(member, incoming);
    };
    for (const { member, incoming } of waiting.takeAll()) {
      const before = late.get(member);
      const result =
        before === undefined ? judge(member, incoming) : before.then(() => judge(member, incoming));
      if (result === undefined) continue;
      const guarded = result.catch((error: unknown) => this.#core.fail(error));
      late.set(member, guarded);
    }
  }

  /** What is left of a large edit when only some parts of it are kept. */
  async cut(edit: Edit, { keep, deletions, isForeign }: CutParts): Promise<Edit> {
    const { ports } = this.#core;
    const bytes = await ports.merger.cut(edit.bytes, keep, encodeDeletions(deletions));
    const read = await readLarge(bytes, ports);
    if (read === null) throw new Error('a part of an update is none');
    return { ...edit, bytes, read, isRest: edit.isRest || isForeign };
  }

  #judge(member: Member, incoming: IncomingUpdate): void | Promise<void> {
    const { state, ports, intake } = this.#core;
    const edit = {
      ...incoming,
      member,
      arrivedAt: state.head,
      receivedAt: incoming.receivedAt ?? ports.clock.now(),
      isRest: false,
      isChecked: false,
    };
    if (isLarge(edit, ports)) return this.#judgeLarge(edit);
    try {
      return intake.consider({ ...edit, read: readUpdate(incoming.bytes) });
    } catch (error) {
      if (error instanceof MalformedUpdateError) member.refuse(incoming.seq, 'malformed');
      else this.#core.fail(error);
    }
  }

  /** A large update is taken apart on another thread; its client's next messages wait for that. */
  async #judgeLarge(edit: Omit<Edit, 'read'>): Promise<void> {
    const read = await readLarge(edit.bytes, this.#core.ports);
    if (this.#core.state.isOver) return;
    if (read === null) edit.member.refuse(edit.seq, 'malformed');
    else await this.#core.intake.goOn({ ...edit, read });
  }

  #wait(member: Member, incoming: IncomingUpdate): void {
    const { waiting, ports } = this.#core;
    if (waiting.bytes + incoming.bytes.byteLength <= ports.limits.parkedRoomBytes) {
      const { receivedAt = ports.clock.now() } = incoming;
      waiting.add(member, { ...incoming, receivedAt });
      return;
    }
    // It comes again once its client is told that it may write, which follows what is waited for.
    member.access = { mode: 'read', reason: 'storage-full' };
    member.refuse(incoming.seq, 'storage-full');
  }
}
