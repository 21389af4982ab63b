import { setTimeout as wait } from 'node:timers/promises';
import { mulberry32, type Trace } from '@plenary/testing';
import { LogFollower } from '../crash/log-follower.ts';
import { textOf } from '../crash/ledger.ts';
import { Typist } from '../typist.ts';
import { until } from '../until.ts';
import { areOne } from '../are-one.ts';
import { DISTURBANCES, type Disturbance } from './disturbance.ts';
import { openEchoProbe, quantile } from './echo-probe.ts';
import type { FaultNode, FaultStand } from './fault-stand.ts';
import { ownParticipant, stockParticipant, type Participant } from './participant.ts';

/** What the runs of one disturbance were like. */
export interface DisturbanceReport {
  readonly name: string;
  readonly runs: number;
  /** From putting it right until all had one text again, in milliseconds; 0 where nobody was behind. */
  readonly healedMs: readonly number[];
  /** Echoes in another room, before it and while it lasted, in milliseconds. */
  readonly echoesBefore: readonly number[];
  readonly echoesDuring: readonly number[];
}

/** What a campaign did and what it found. */
export interface FaultReport {
  readonly disturbances: readonly DisturbanceReport[];
  /** Everything that was not as promised, with its run; empty when all is well. */
  readonly faults: readonly string[];
}

/** Settings of a campaign. */
export interface FaultOptions {
  readonly stand: FaultStand;
  readonly trace: Trace;
  readonly seed: number;
  readonly runs: number;
  /** How long after it was put right everybody may take to have one text, in milliseconds. */
  readonly withinMs: number;
  readonly progress?: (line: string) => void;
}

const TYPING_MS = 15;
const BEFORE_MS = 250;
/** Clients of a node that was away have to notice that it is back. */
const COMING_BACK_MS = 30_000;
const OPENING_MS = 30_000;

/** Disturbs three nodes again and again while people write through all of them. */
export async function runFaultCampaign(options: FaultOptions): Promise<FaultReport> {
  const reports = DISTURBANCES.map(({ name }) => ({
    name,
    runs: 0,
    healedMs: [] as number[],
    echoesBefore: [] as number[],
    echoesDuring: [] as number[],
  }));
  const faults: string[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const at = run % DISTURBANCES.length;
    const report = reports[at]!;
    const result = await new FaultRun(options, DISTURBANCES[at]!, run).run();
    report.runs += 1;
    report.healedMs.push(result.healedMs);
    report.echoesBefore.push(...result.before);
    report.echoesDuring.push(...result.during);
    for (const fault of result.faults) {
      faults.push(`run ${run}, ${report.name}: ${fault}`);
      options.progress?.(`  ${fault}`);
    }
    const p99 = quantile(result.during, 0.99).toFixed(0);
    const healed = result.healedMs.toFixed(0);
    options.progress?.(`run ${run}: ${report.name}, healed in ${healed} ms, others’ p99 ${p99} ms`);
  }
  return { disturbances: reports, faults };
}

interface RunResult {
  readonly healedMs: number;
  readonly before: readonly number[];
  readonly during: readonly number[];
  readonly faults: readonly string[];
}

class FaultRun {
  readonly #options: FaultOptions;
  readonly #disturbance: Disturbance;
  readonly #random: () => number;
  readonly #node: FaultNode;
  readonly #others: readonly FaultNode[];

  constructor(options: FaultOptions, disturbance: Disturbance, run: number) {
    this.#options = options;
    this.#disturbance = disturbance;
    this.#random = mulberry32(options.seed + run);
    const { nodes } = options.stand;
    this.#node = nodes[this.#below(nodes.length)]!;
    this.#others = nodes.filter((node) => node !== this.#node);
  }

  async run(): Promise<RunResult> {
    const { stand } = this.#options;
    const chapterId = await stand.newChapter();
    const people = stand.nodes.flatMap((node) => this.#enter(node, chapterId));
    const probe = openEchoProbe(this.#others[0]!, await stand.newChapter(), stand.tokens[0]!);
    // A node whose people only read cannot learn from an append of its own what it missed.
    const readsOnly = this.#random() < 0.5;
    let silent: FaultNode | null = null;
    const typing = setInterval(() => {
      for (const person of people) {
        if (person.isIn && person.node !== silent && this.#random() < 0.5) person.type();
      }
    }, TYPING_MS);
    try {
      await until(() => people.every(({ isIn }) => isIn), OPENING_MS);
      await wait(BEFORE_MS);
      const before = probe.take();
      const closes = people.map((person) => person.closes);
      if (readsOnly) silent = this.#node;
      await this.#disturbance.happen(stand, this.#node, 300 + this.#below(1_200));
      const during = probe.take();
      clearInterval(typing);
      const healed = await this.#heal(people);
      const faults = [
        ...healed.faults,
        ...this.#reconnected(people, closes),
        ...new LogFollower().faults(await stand.readLog(chapterId)),
      ];
      return { healedMs: healed.ms, before, during, faults };
    } finally {
      clearInterval(typing);
      probe.leave();
      await Promise.all(people.map((person) => person.leave()));
    }
  }

  /** One with a stock provider and one with ours at each node. */
  #enter(node: FaultNode, chapterId: string): Participant[] {
    return [stockParticipant, ownParticipant].map((enter) => {
      const token = this.#options.stand.tokens[this.#below(3)]!;
      return enter({
        node,
        chapterId,
        token,
        typist: new Typist(this.#options.trace, this.#random),
      });
    });
  }

  /** Waits until all have the same text and nothing waits, as long as each may take. */
  async #heal(people: readonly Participant[]): Promise<{ ms: number; faults: string[] }> {
    const { endsNode } = this.#disturbance;
    const from = performance.now();
    if (endsNode) for (const person of people) if (person.node === this.#node) person.retry();
    const isWell = (): boolean =>
      people.every(({ isIn, isSaved }) => isIn && isSaved) && areOne(people.map(({ doc }) => doc));
    const isHealed = await until(isWell, endsNode ? COMING_BACK_MS : this.#options.withinMs);
    const ms = performance.now() - from;
    if (isHealed) return { ms, faults: [] };
    const lengths = people.map(({ doc, isSaved }) => `${textOf(doc).length}${isSaved ? '' : '?'}`);
    return { ms, faults: [`not one text after ${ms.toFixed(0)} ms: ${lengths.join(', ')}`] };
  }

  /** Only who lost their node may have connected again. */
  #reconnected(people: readonly Participant[], before: readonly number[]): string[] {
    return people.flatMap(({ node, closes }, at) => {
      const mayClose = this.#disturbance.endsNode && node === this.#node;
      if (mayClose || closes === before[at]) return [];
      return [`a client of ${node.victim.name} had to connect again`];
    });
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
