import { setTimeout as wait } from 'node:timers/promises';
import { mulberry32, type Trace } from '@plenary/testing';
import { clientOf, createClient, type ApiClient } from '../../operator-client.ts';
import { Typist } from '../typist.ts';
import { CampaignChapter } from './chapter.ts';
import type { Stand, Victim } from './stand.ts';
import { OwnWriter, StockWriter, type Witness, type Writer } from './writers.ts';

/** At which moment something is killed. */
export type Moment = (typeof MOMENTS)[number];

/** Most kills hit people who write; the others the moments at which something is half done. */
const MOMENTS = ['writing', 'writing', 'opening', 'start', 'compaction', 'rights'] as const;

/** What a campaign did and what it found. */
export interface CrashReport {
  readonly kills: Readonly<Record<string, number>>;
  /** Updates that the server had shown or called saved before it was killed. */
  readonly promised: number;
  /** Everything that was promised and not kept, with the round; empty when all is well. */
  readonly faults: readonly string[];
}

/** Settings of a campaign. */
export interface CrashOptions {
  readonly stand: Stand;
  readonly trace: Trace;
  readonly seed: number;
  readonly kills: number;
  readonly progress?: (line: string) => void;
}

const PEOPLE = ['Ana', 'Ben', 'Cleo'] as const;
const CHAPTERS = 3;
const WRITERS = 9;
const TYPING_MS = 12;
/** Large enough for a room to store its merged state. */
const PASTE_LENGTH = 70_000;

/**
 * Lets people write and kills what serves them, again and again. After each kill everybody leaves,
 * what was killed is started again, and a newcomer must be given all that anybody had been shown.
 */
export async function runCrashCampaign(options: CrashOptions): Promise<CrashReport> {
  const campaign = new CrashCampaign(options);
  try {
    return await campaign.run();
  } finally {
    await campaign.close();
  }
}

/** One person and the calls made in their name. */
interface Person {
  readonly token: string;
}

/** A writer with its person: a Yjs client belongs to one person for ever. */
interface Member {
  readonly person: Person;
  readonly writer: Writer;
}

class CrashCampaign {
  readonly #options: CrashOptions;
  /** Draws what is killed, when, and who is there: the same for a seed, however fast they type. */
  readonly #random: () => number;
  /** Draws what is typed. */
  readonly #hand: () => number;
  readonly #faults: string[] = [];
  readonly #kills: Record<string, number> = {};
  #people: Person[] = [];
  #documentId = '';
  #chapters: CampaignChapter[] = [];
  #members: Member[] = [];
  #promised = 0;
  #round = 0;

  readonly #witness: Witness = {
    ledgerOf: (chapterId) => this.#chapters.find(({ id }) => id === chapterId)!.ledger,
    fault: (what) => {
      this.#faults.push(`kill ${this.#round}: ${what}`);
      this.#options.progress?.(`  ${what}`);
    },
  };

  constructor(options: CrashOptions) {
    this.#options = options;
    this.#random = mulberry32(options.seed);
    this.#hand = mulberry32(options.seed + 1);
  }

  async run(): Promise<CrashReport> {
    const { kills, progress } = this.#options;
    await this.#startAll();
    await this.#settleIn();
    while (this.#round < kills) {
      this.#round += 1;
      const victim = this.#draw(this.#options.stand.victims);
      const moment = this.#draw(MOMENTS);
      const started = performance.now();
      await this.#kill(victim, moment);
      const key = `${victim.name}, ${moment}`;
      this.#kills[key] = (this.#kills[key] ?? 0) + 1;
      await this.#startAll();
      await this.#check();
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      progress?.(`kill ${this.#round}: ${key}, ${this.#faults.length} faults, ${seconds} s`);
    }
    return { kills: this.#kills, promised: this.#promised, faults: this.#faults };
  }

  async close(): Promise<void> {
    for (const { writer } of this.#members) await writer.leave();
    await this.#options.stand.close();
  }

  /** People, and a report of theirs. */
  async #settleIn(): Promise<void> {
    const { stand } = this.#options;
    const clients = await Promise.all(
      PEOPLE.map((name) => createClient(stand.node(0), stand.operator, name)),
    );
    this.#people = clients.map(({ token }) => ({ token }));
    const chair = clients[0]!;
    const { id } = await chair.call<{ id: string }>('POST', '/activities', { title: 'Campaign' });
    for (const name of PEOPLE.slice(1)) {
      const path = `/activities/${id}/members/${name.toLowerCase()}@example.org`;
      await chair.call('PUT', path, { role: 'member' });
    }
    const document = await chair.call<{ id: string }>('POST', `/activities/${id}/documents`, {
      title: 'Report',
      template: 'blank',
    });
    this.#documentId = document.id;
    await this.#replaceFullChapters();
  }

  /** New chapters for those whose log has become long, and a new set of writers then. */
  async #replaceFullChapters(): Promise<void> {
    const kept = this.#chapters.filter(({ isFull }) => !isFull);
    if (kept.length === CHAPTERS) return;
    while (kept.length < CHAPTERS) {
      const path = `/documents/${this.#documentId}/chapters`;
      const { id } = await this.#chair().call<{ id: string }>('POST', path, { title: 'Chapter' });
      kept.push(new CampaignChapter(id));
    }
    this.#chapters = kept;
    this.#members = [];
  }

  /** Everybody opens and writes; at the moment that was drawn, the victim is killed. */
  async #kill(victim: Victim, moment: Moment): Promise<void> {
    if (moment === 'start') {
      await victim.kill();
      await victim.killWhileStarting(this.#below(1_000));
      return;
    }
    this.#gather();
    const typing = setInterval(() => {
      for (const { writer } of this.#members) if (this.#hand() < 0.5) writer.type();
    }, TYPING_MS);
    if (moment === 'opening') await wait(this.#below(300));
    else await this.#writeUntil(moment);
    await victim.kill();
    // Others may still be served: what they are shown meanwhile is promised as well.
    if (!victim.isNode) await wait(this.#below(500));
    clearInterval(typing);
    await Promise.all(this.#members.map(({ writer }) => writer.leave()));
  }

  async #writeUntil(moment: Exclude<Moment, 'start' | 'opening'>): Promise<void> {
    await wait(300 + this.#below(900));
    switch (moment) {
      case 'writing':
        return;
      case 'compaction':
        this.#draw(this.#members).writer.paste(PASTE_LENGTH);
        await wait(this.#below(120));
        return;
      case 'rights': {
        const chapter = this.#draw(this.#chapters);
        const frozen = this.#random() < 0.7;
        chapter.setFrozen(this.#chair(), frozen);
        await wait(this.#below(40));
        return;
      }
    }
  }

  /** About half of the writers come back with what they had; the others are new. */
  #gather(): void {
    const kept = this.#members.filter(() => this.#random() < 0.5);
    while (kept.length < WRITERS) kept.push(this.#newMember());
    this.#members = kept;
    for (const { person, writer } of kept) {
      const { collabUrl } = this.#options.stand.node(this.#random());
      writer.open({ collabUrl, token: person.token }, this.#witness);
    }
  }

  #newMember(): Member {
    const person = this.#draw(this.#people);
    const typist = new Typist(this.#options.trace, this.#hand);
    const ids = this.#chapters.map(({ id }) => id);
    const writer =
      this.#random() < 0.5
        ? new StockWriter(this.#draw(ids), typist)
        : new OwnWriter(ids.slice(this.#below(CHAPTERS)), typist, this.#hand);
    return { person, writer };
  }

  /** Nobody is there any more: only what was stored can be shown to a newcomer. */
  async #check(): Promise<void> {
    const chair = this.#chair();
    for (const chapter of this.#chapters) {
      this.#promised += chapter.ledger.takeCount();
      const faults = await chapter.faults(this.#options.stand, chair, this.#random());
      for (const fault of faults) this.#witness.fault(fault);
      await chapter.thaw(chair);
    }
    await this.#replaceFullChapters();
  }

  async #startAll(): Promise<void> {
    for (const victim of this.#options.stand.victims) await victim.start();
  }

  #chair(): ApiClient {
    return clientOf(this.#options.stand.node(this.#random()).url, this.#people[0]!.token);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #draw<T>(from: readonly T[]): T {
    return from[this.#below(from.length)]!;
  }
}
