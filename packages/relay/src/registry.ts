import type { CloseReason } from '@plenary/protocol';
import { HeadsWatch } from './heads-watch.ts';
import { loadRoom } from './load-room.ts';
import type { RoomPorts } from './room-ports.ts';
import { Room } from './room.ts';
import { Semaphore } from './semaphore.ts';

/** Why a room cannot be opened. */
export type OpenFailure = { readonly type: 'failed'; readonly reason: CloseReason };

/** How often idle rooms are looked for, as a part of the time they may stay. */
const SWEEPS_PER_IDLE_TIME = 3;

/** All open rooms: loads each once, and lets go of those nobody is in (R2, R4). */
export class Registry {
  readonly #ports: RoomPorts;
  readonly #rooms = new Map<string, Room>();
  readonly #loading = new Map<string, Promise<Room | OpenFailure>>();
  /** When a quarantined chapter may be opened again. */
  readonly #quarantined = new Map<string, number>();
  readonly #watch: HeadsWatch;
  readonly #loads: Semaphore;
  #lastNumber = 0;
  #isClosed = false;
  #cancelSweep: (() => void) | null = null;

  constructor(ports: Omit<RoomPorts, 'onEnd' | 'isLogAnswering'>) {
    this.#ports = {
      ...ports,
      isLogAnswering: () => this.#watch.isAnswering,
      onEnd: (room, reason) => {
        this.#ended(room, reason);
      },
    };
    this.#loads = new Semaphore(ports.limits.loadsAtOnce);
    this.#watch = new HeadsWatch(() => this.#rooms.values(), this.#ports);
    this.#sweepLater();
  }

  get rooms(): IterableIterator<Room> {
    return this.#rooms.values();
  }

  get count(): number {
    return this.#rooms.size;
  }

  get(chapterId: string): Room | undefined {
    return this.#rooms.get(chapterId);
  }

  /** Opens a chapter; everybody who asks while it loads shares one load. Never rejects. */
  async open(chapterId: string): Promise<Room | OpenFailure> {
    const open = this.#rooms.get(chapterId);
    if (open !== undefined) return open;
    const until = this.#quarantined.get(chapterId);
    if (until !== undefined) {
      if (this.#ports.clock.now() < until) return { type: 'failed', reason: 'quarantined' };
      this.#quarantined.delete(chapterId);
    }
    let loading = this.#loading.get(chapterId);
    if (loading === undefined) {
      loading = this.#loads
        .run(() => this.#load(chapterId))
        .finally(() => {
          this.#loading.delete(chapterId);
        });
      this.#loading.set(chapterId, loading);
    }
    return loading;
  }

  /** Closes every room and stops sweeping. Safe to call twice. */
  close(reason: CloseReason): void {
    this.#isClosed = true;
    this.#cancelSweep?.();
    this.#cancelSweep = null;
    this.#watch.close();
    for (const room of this.#rooms.values()) room.close(reason);
  }

  async #load(chapterId: string): Promise<Room | OpenFailure> {
    const number = (this.#lastNumber += 1);
    try {
      const loaded = await loadRoom({ id: chapterId, room: number }, this.#ports);
      if (loaded === null) return { type: 'failed', reason: 'unknownChapter' };
      if (this.#isClosed) return { type: 'failed', reason: 'restarting' };
      const room = new Room({ id: chapterId, number }, loaded, this.#ports);
      this.#rooms.set(chapterId, room);
      this.#keepBudget(room);
      return room;
    } catch (error) {
      this.#ports.logger.error({ err: error, chapterId }, 'a chapter could not be loaded');
      return { type: 'failed', reason: 'quarantined' };
    }
  }

  #ended(room: Room, reason: CloseReason): void {
    if (this.#rooms.get(room.chapterId) === room) this.#rooms.delete(room.chapterId);
    if (reason !== 'quarantined') return;
    this.#ports.counts.quarantines += 1;
    const { clock, limits } = this.#ports;
    this.#quarantined.set(room.chapterId, clock.now() + limits.quarantineMs);
  }

  #sweepLater(): void {
    const { clock, limits } = this.#ports;
    this.#cancelSweep = clock.after(limits.idleMs / SWEEPS_PER_IDLE_TIME, () => {
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const { clock, limits } = this.#ports;
    const now = clock.now();
    for (const room of this.#rooms.values()) {
      if (room.isIdle && now - room.lastUsedAt >= limits.idleMs) room.close('restarting');
    }
    for (const [chapterId, until] of this.#quarantined) {
      if (until <= now) this.#quarantined.delete(chapterId);
    }
    this.#keepBudget(null);
  }

  /**
   * Over the budget, rooms nobody is in leave, and those with people let go of their frames; the one
   * unused for longest first.
   */
  #keepBudget(keep: Room | null): void {
    let held = 0;
    for (const room of this.#rooms.values()) held += room.heldBytes;
    if (held <= this.#ports.limits.memoryBytes) return;
    const rooms = [...this.#rooms.values()]
      .filter((room) => room !== keep)
      .sort((a, b) => Number(b.isIdle) - Number(a.isIdle) || a.lastUsedAt - b.lastUsedAt);
    for (const room of rooms) {
      if (held <= this.#ports.limits.memoryBytes) return;
      held -= room.heldBytes;
      if (room.isIdle) room.close('restarting');
      else room.text.shed();
      if (!room.isOver) held += room.heldBytes;
    }
  }
}
