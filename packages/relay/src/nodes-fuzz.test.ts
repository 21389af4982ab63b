import {
  FakeReplica,
  FakeStockClient,
  RelayStage,
  anIdentity,
  mulberry32,
  wordsOf,
} from '@plenary/testing';
import type { Access } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector, type Text } from 'yjs';
import type { Authority, UpdateLog } from './ports.ts';
import { readUpdate } from './read-update.ts';
import type { Relay } from './relay.ts';

/** Seeds of the short run that every test run has; `RELAY_NODES_RUNS` asks for more. */
const RUNS = Number(process.env['RELAY_NODES_RUNS'] ?? 20);
const FIRST_SEED = Number(process.env['RELAY_NODES_SEED'] ?? 1);
const STEPS = 200;
const NODES = ['one', 'two', 'three'] as const;
/** Whose rights change all the time. */
const WANDERER = 'p1';

type Client = FakeStockClient | FakeReplica;

describe('three nodes, lost and late news, a store that comes and goes, rights that change', () => {
  it(
    `[R13] [R6.10] [R8.9] all agree soon after it is over, seeds ${FIRST_SEED} to ${FIRST_SEED + RUNS - 1}`,
    { timeout: 3_600_000 },
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
        await new World(seed).run();
      }
    },
  );
});

/** One run: everything in it follows from the seed. */
class World {
  readonly #seed: string;
  readonly #random: () => number;
  readonly #stage: RelayStage;
  readonly #limits;
  readonly #nodes: Relay[];
  readonly #names: string[] = [...NODES];
  readonly #hasNoStore = new Set<number>();
  readonly #clients: Client[];
  readonly #homes: number[] = [];
  /** Position of each row about rights, and whether the wanderer may write after it. */
  readonly #rights: { readonly position: number; readonly mayWrite: boolean }[] = [];

  constructor(seed: number) {
    this.#seed = `seed ${seed}`;
    this.#random = mulberry32(seed);
    this.#limits = {
      compactRows: 3 + this.#upTo(30),
      readRows: 2 + this.#upTo(50),
      // Some updates are taken apart as large ones are.
      parseBytes: this.#upTo(3) === 0 ? 10_000 : this.#upTo(80),
    };
    this.#stage = new RelayStage({}, this.#random);
    this.#stage.network.faults = { loss: 0.2, doubling: 0.2, delayMs: 2_000 };
    this.#nodes = NODES.map((name, i) => this.#start(name, i));
    const { chapterId } = this.#stage;
    this.#clients = Array.from({ length: 6 }, (_, i) => {
      const identity = anIdentity(`p${i}`);
      const relay = this.#nodes[i % 3]!;
      this.#homes.push(i % 3);
      const doc = new Doc();
      doc.clientID = 1_000 + i;
      return i % 2 === 0
        ? new FakeStockClient(relay, { chapterId, identity, doc })
        : new FakeReplica(relay, chapterId, identity, doc);
    });
    this.#stage.log.faultOf = () => {
      const dice = this.#random();
      return dice < 0.03 ? 'lost' : dice < 0.06 ? 'stored' : null;
    };
  }

  async run(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      await this.#act();
      if (this.#random() < 0.5) await this.#stage.clock.advance(this.#upTo(40));
    }
    this.#heal();
    // Who was on its way in may have been turned away by a node without a store.
    const isInside = (client: Client) => client.isConnected && client.socket.frames.length > 0;
    const stayed = this.#clients.filter(isInside);
    await this.#stage.clock.advance(2_000);
    this.#checkLog();
    for (const client of stayed) {
      expect(client.isConnected, this.#seed).toBe(true);
      this.#checkText(client);
    }
    for (const client of this.#clients) this.#reconnect(client);
    await this.#stage.clock.advance(6_000);
    this.#checkLog();
    for (const client of this.#clients) this.#checkText(client);
    await this.#renew();
    this.#checkPresence();
    expect(this.#stage.linesAt('error').filter(isQuarantine), this.#seed).toEqual([]);
    const ends = this.#nodes.map((relay) => relay.close());
    await Promise.all([...ends, this.#stage.clock.advance(1_000)]);
    expect(this.#stage.network.listeners, this.#seed).toBe(0);
  }

  async #act(): Promise<void> {
    const dice = this.#random();
    const client = this.#clients[this.#upTo(6)]!;
    const node = this.#upTo(3);
    if (dice < 0.55) edit(client.doc.getText('text'), this.#random);
    else if (dice < 0.62) this.#show(client);
    else if (dice < 0.68) client.disconnect();
    else if (dice < 0.82) this.#reconnect(client);
    else if (dice < 0.85) this.#stage.network.cut(this.#names[node]!);
    else if (dice < 0.89) this.#stage.network.mend(this.#names[node]!);
    else if (dice < 0.91) this.#hasNoStore.add(node);
    else if (dice < 0.94) this.#hasNoStore.delete(node);
    else if (dice < 0.95) this.#restart(node);
    else if (dice < 0.99) this.#changeRights();
    else await this.#stage.clock.advance(this.#upTo(8_000));
  }

  #show(client: Client): void {
    if (client instanceof FakeStockClient) {
      client.awareness.setLocalStateField('at', this.#upTo(1_000));
    }
  }

  /**
   * Time passes in which every page renews its presence, as it does every 15 s: a page that saw
   * somebody end with a clock takes no notice of that person before the next one.
   */
  async #renew(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      for (const client of this.#clients) {
        if (!(client instanceof FakeStockClient)) continue;
        client.awareness.setLocalState(client.awareness.getLocalState());
      }
      await this.#stage.clock.advance(15_000);
    }
  }

  /** Connects at whatever node the balancer chooses. */
  #reconnect(client: Client): void {
    if (client.isConnected) return;
    const node = this.#upTo(3);
    this.#homes[this.#clients.indexOf(client)] = node;
    client.connectTo(this.#nodes[node]!);
  }

  #changeRights(): void {
    const stage = this.#stage;
    const dice = this.#random();
    const access: Access =
      dice < 0.5
        ? { mode: 'write' }
        : dice < 0.8
          ? { mode: 'read', reason: 'frozen' }
          : { mode: 'none' };
    stage.authority.set(WANDERER, access);
    const position = stage.log.appendRights(stage.chapterId);
    this.#rights.push({ position, mayWrite: access.mode === 'write' });
    // The node that did it may be one that is cut off.
    this.#nodes[this.#upTo(3)]!.poke(stage.chapterId, position);
  }

  /** A node dies without a word, and another takes its place. */
  #restart(node: number): void {
    const dead = this.#names[node]!;
    this.#stage.network.cut(dead);
    this.#clients.forEach((client, i) => {
      if (this.#homes[i] === node) client.disconnect();
    });
    void this.#nodes[node]!.close();
    this.#names[node] = `${dead}+`;
    this.#nodes[node] = this.#start(this.#names[node], node);
  }

  #start(name: string, index: number): Relay {
    return this.#stage.startNode(name, this.#limits, {
      log: this.#storeOf(index),
      authority: this.#lateAuthority(),
    });
  }

  /** The log as one node reaches it: now and then not at all. */
  #storeOf(index: number): UpdateLog {
    const { log } = this.#stage;
    const reach = <T>(ask: () => Promise<T>): Promise<T> =>
      this.#hasNoStore.has(index) ? Promise.reject(new Error('no store')) : ask();
    return {
      load: (id) => reach(() => log.load(id)),
      append: (id, batch) => reach(() => log.append(id, batch)),
      readAfter: (id, position, limit) => reach(() => log.readAfter(id, position, limit)),
      compact: (id, snapshot) => reach(() => log.compact(id, snapshot)),
      heads: (ids) => reach(() => log.heads(ids)),
    };
  }

  /** Answers as things stood when it was asked, a while later. */
  #lateAuthority(): Authority {
    return {
      accessOf: async (identity, chapterId) => {
        const answer = await this.#stage.authority.accessOf(identity, chapterId);
        await new Promise<void>((resolve) => {
          this.#stage.clock.after(this.#random() * 20, resolve);
        });
        return answer;
      },
    };
  }

  #heal(): void {
    const { log, network, authority, chapterId } = this.#stage;
    log.faultOf = () => null;
    network.faults = { loss: 0, doubling: 0, delayMs: 0 };
    for (const name of this.#names) network.mend(name);
    this.#hasNoStore.clear();
    authority.set(WANDERER, { mode: 'write' });
    this.#rights.push({ position: log.appendRights(chapterId), mayWrite: true });
  }

  /** Every prefix can be shown, each struct is its author's, and nobody wrote without the right. */
  #checkLog(): void {
    const people = new Map(this.#clients.map(({ doc }, i) => [doc.clientID, `p${i}`]));
    const doc = new Doc();
    for (const row of this.#stage.log.rowsOf(this.#stage.chapterId)) {
      if (row.kind !== 'update') continue;
      applyUpdate(doc, row.bytes);
      expect(doc.store.pendingStructs, this.#seed).toBeNull();
      expect(doc.store.pendingDs, this.#seed).toBeNull();
      for (const { client } of readUpdate(row.bytes).groups) {
        expect(row.personId, this.#seed).toBe(people.get(client));
      }
      if (row.personId !== WANDERER) continue;
      const last = this.#rights.findLast(({ position }) => position < row.position);
      expect(last?.mayWrite ?? true, this.#seed).toBe(true);
    }
  }

  #checkText(client: Client): void {
    const logged = this.#stage.logged();
    expect(client.text, this.#seed).toBe(wordsOf(logged));
    expect(client.doc.store.pendingStructs, this.#seed).toBeNull();
    const beyond = encodeStateAsUpdate(client.doc, encodeStateVector(logged));
    expect(readUpdate(beyond).groups, this.#seed).toEqual([]);
  }

  #checkPresence(): void {
    const shown = this.#clients.filter((client) => client instanceof FakeStockClient);
    for (const viewer of shown) {
      const seen = viewer.awareness.getStates();
      expect(new Set(seen.keys()), this.#seed).toEqual(new Set(shown.map((c) => c.doc.clientID)));
      for (const { doc, awareness } of shown) {
        const at = awareness.getLocalState()?.['at'];
        expect(seen.get(doc.clientID)?.['at'], this.#seed).toBe(at);
      }
    }
  }

  #upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

function isQuarantine({ message }: { readonly message: string }): boolean {
  return message.includes('quarantined');
}

function edit(text: Text, random: () => number): void {
  const at = Math.floor(random() * (text.length + 1));
  if (random() < 0.7 || text.length === 0) {
    text.insert(at, String.fromCharCode(97 + Math.floor(random() * 26)).repeat(1 + (at % 30)));
  } else {
    text.delete(Math.min(at, text.length - 1), 1);
  }
}
