import { RoomCommits } from './room-commits.ts';
import type { RoomCore } from './room-core.ts';
import { RoomReading } from './room-reading.ts';

/**
 * Everything that changes a room's committed text, a step at a time: reading the chapter again,
 * asking for rights again, catching up with rows from elsewhere, committing. No two steps run at
 * once, so each may rely on what the one before left behind.
 */
export class RoomDriver {
  readonly #core: RoomCore;
  readonly #reading: RoomReading;
  readonly #commits: RoomCommits;
  #isDriving = false;

  constructor(core: RoomCore) {
    this.#core = core;
    this.#reading = new RoomReading(core);
    this.#commits = new RoomCommits(core, (rows) => this.#reading.take(rows));
  }

  /** Whether a step is under way. */
  get isDriving(): boolean {
    return this.#isDriving;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#isDriving || this.#core.state.isOver) return;
    this.#isDriving = true;
    this.#drive().catch((error: unknown) => {
      this.#core.fail(error);
    });
  }

  /** Takes over whatever the log has that the room has not; resolves when that is done. */
  readLog(): Promise<void> {
    const read = this.#reading.next();
    this.wake();
    return read;
  }

  /** The store answers: what waits to try again need not wait longer. */
  tryAgain(): void {
    this.#reading.tryAgain();
  }

  /** Lets go of whoever waits for the log: the room is over. */
  close(): void {
    this.#reading.tellAll();
  }

  async #drive(): Promise<void> {
    const { state, rights, intake } = this.#core;
    try {
      while (!state.isOver) {
        if (state.needsReload) await this.#reading.reload();
        else if (rights.needsAsking) await this.#askRights();
        else if (state.isBehind) await this.#reading.readNews();
        else if (intake.hasQueued && rights.areKnown) await this.#commits.flush();
        else break;
      }
    } finally {
      this.#isDriving = false;
    }
  }

  /** Asks for everybody's rights again; until they are known nothing is judged or committed. */
  async #askRights(): Promise<void> {
    const { audience, intake, waiting, rights, state } = this.#core;
    const members = new Set([...audience.members, ...intake.editors(), ...waiting.members]);
    await rights.ask(members);
    if (rights.needsAsking || state.isOver) return;
    intake.reconsider();
    this.#core.judgeWaiting();
  }
}
