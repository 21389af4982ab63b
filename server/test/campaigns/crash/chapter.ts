import { clientOf, type ApiClient } from '../../operator-client.ts';
import { readFresh } from './fresh-reader.ts';
import { docOf, Ledger, textOf } from './ledger.ts';
import { LogFollower } from './log-follower.ts';
import type { Stand } from './stand.ts';

/** Rows after which a chapter is left alone: a longer log is slow to check and shows nothing new. */
const MAX_ROWS = 3_000;

/** A chapter of the campaign with everything that was promised about it. */
export class CampaignChapter {
  readonly id: string;
  readonly ledger = new Ledger();
  readonly #log = new LogFollower();
  /** What the last answer said; null while a change was under way when the server died. */
  #frozen: boolean | null = false;

  constructor(id: string) {
    this.id = id;
  }

  get isFull(): boolean {
    return this.#log.rows > MAX_ROWS;
  }

  /** Freezes it, or thaws it; what the answer says is promised as well. */
  async setFrozen(chair: ApiClient, frozen: boolean): Promise<void> {
    this.#frozen = null;
    await chair.call('PATCH', `/chapters/${this.id}`, { frozen });
    this.#frozen = frozen;
  }

  /** Holds the chapter to all that was promised; nobody may be in it. Empty when all is well. */
  async faults(stand: Stand, chair: ApiClient, draw: number): Promise<string[]> {
    const { collabUrl, url } = stand.node(draw);
    const state = await readFresh({ collabUrl, chapterId: this.id, token: chair.token });
    const faults = this.ledger.faults(state);
    faults.push(...this.#log.faults(await stand.readLog(this.id)));
    faults.push(...differences(state, this.#log.state));
    const { frozen } = await clientOf(url, chair.token).call<{ frozen: boolean }>(
      'GET',
      `/chapters/${this.id}`,
    );
    if (this.#frozen !== null && frozen !== this.#frozen) {
      faults.push(`it was said to be ${this.#frozen ? 'frozen' : 'thawed'} and is not`);
    }
    this.#frozen = frozen;
    this.ledger.startFrom(state);
    return faults.map((fault) => `chapter ${this.id}: ${fault}`);
  }

  /** Whether it has to be thawed before anybody can write again. */
  get isFrozen(): boolean {
    return this.#frozen !== false;
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
