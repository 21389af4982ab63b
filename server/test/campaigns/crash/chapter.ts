import { setTimeout as wait } from 'node:timers/promises';
import { clientOf, type ApiClient } from '../../operator-client.ts';
import { openFresh } from './fresh-reader.ts';
import { docOf, Ledger, textOf } from './ledger.ts';
import { LogFollower } from './log-follower.ts';
import type { Stand } from './stand.ts';

/** Rows after which a chapter is left alone: a longer log is slow to check and shows nothing new. */
const MAX_ROWS = 3_000;
const LOOK_MS = 200;

/** A chapter of the campaign with everything that was promised about it. */
export class CampaignChapter {
  readonly id: string;
  readonly ledger = new Ledger();
  readonly #log = new LogFollower();
  /** What the last answer said; null while a change was under way when the server died. */
  #frozen: boolean | null = false;
  /** Settles when the last change was answered, or never will be. */
  #change: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }

  get isFull(): boolean {
    return this.#log.rows > MAX_ROWS;
  }

  /** Freezes it, or thaws it; what the answer says is promised as well. */
  setFrozen(chair: ApiClient, frozen: boolean): void {
    this.#frozen = null;
    this.#change = chair.call('PATCH', `/chapters/${this.id}`, { frozen }).then(
      () => {
        this.#frozen = frozen;
      },
      () => undefined, // the server died before it answered: either is right
    );
  }

  /** Holds the chapter to all that was promised; nobody may be in it. Empty when all is well. */
  async faults(stand: Stand, chair: ApiClient, draw: number): Promise<string[]> {
    await this.#change;
    const { collabUrl, url } = stand.node(draw);
    const reader = await openFresh({ collabUrl, chapterId: this.id, token: chair.token });
    const faults: string[] = [];
    try {
      const deadline = Date.now() + stand.graceMs;
      for (;;) {
        faults.push(...this.#log.faults(await stand.readLog(this.id)));
        const state = reader.state();
        const broken = [...this.ledger.faults(state), ...differences(state, this.#log.state)];
        if (broken.length > 0 && Date.now() < deadline) {
          await wait(LOOK_MS);
          continue;
        }
        faults.push(...broken);
        this.ledger.startFrom(state);
        break;
      }
    } finally {
      reader.leave();
    }
    faults.push(...(await this.#rightsFaults(clientOf(url, chair.token))));
    return faults.map((fault) => `chapter ${this.id}: ${fault}`);
  }

  /** Thaws it, so that everybody can write again. */
  async thaw(chair: ApiClient): Promise<void> {
    if (!this.#frozen) return;
    await chair.call('PATCH', `/chapters/${this.id}`, { frozen: false });
    this.#frozen = false;
  }

  async #rightsFaults(chair: ApiClient): Promise<string[]> {
    const { frozen } = await chair.call<{ frozen: boolean }>('GET', `/chapters/${this.id}`);
    const said = this.#frozen;
    this.#frozen = frozen;
    if (said === null || said === frozen) return [];
    return [`it was said to be ${said ? 'frozen' : 'thawed'} and is not`];
  }
}

/** What a newcomer is given and what the rows make must be one document. */
function differences(shown: Uint8Array, logged: Uint8Array): string[] {
  const fromRows = docOf(logged);
  const faults =
    textOf(docOf(shown)) === textOf(fromRows) ? [] : ['the text given differs from the rows'];
  const ledger = new Ledger();
  ledger.note(shown);
  if (ledger.faults(logged).length > 0) faults.push('a newcomer is given more than the rows hold');
  const other = new Ledger();
  other.note(logged);
  if (other.faults(shown).length > 0) faults.push('a newcomer is given less than the rows hold');
  return faults;
}
