import {
  FakeReplica,
  FakeStockClient,
  RelayStage,
  anIdentity,
  mulberry32,
  wordsOf,
} from '@plenary/testing';
import { describe, expect, it } from 'vitest';
import { Doc, applyUpdate, encodeStateAsUpdate, encodeStateVector, type Text } from 'yjs';
import { readUpdate } from './read-update.ts';

/** Seeds of the short run that every test run has; `RELAY_FUZZ_RUNS` asks for more. */
const RUNS = Number(process.env['RELAY_FUZZ_RUNS'] ?? 60);
const FIRST_SEED = Number(process.env['RELAY_FUZZ_SEED'] ?? 1);
const STEPS = 150;

type Client = FakeStockClient | FakeReplica;

describe('many people, cuts, faults and two nodes', () => {
  it(
    `[R1] [R13.8] [R14.8] all agree with the log, seeds ${FIRST_SEED} to ${FIRST_SEED + RUNS - 1}`,
    { timeout: 600_000 },
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) await run(seed);
    },
  );

  it('[R13.8] a client is never sent more than its node has, seed 1065', async () => {
    // It was sent rows that only the other node knew, and brought them back as somebody else's.
    await run(1065);
  });
});

async function run(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const limits = {
    compactRows: 3 + upTo(30),
    readRows: 2 + upTo(50),
    slowReaderBytes: 500 + upTo(3_000),
    retryMaxMs: 4_000,
    // Some updates are taken apart as large ones are.
    parseBytes: upTo(3) === 0 ? 10_000 : upTo(80),
  };
  const stage = new RelayStage(limits);
  const relays = [stage.relay, stage.startRelay(limits)];
  const people = new Map<number, string>();
  const clients: Client[] = Array.from({ length: 5 }, (_, i) => {
    const identity = anIdentity(`p${i}`);
    const relay = relays[i % 2]!;
    const { chapterId } = stage;
    const client =
      i % 3 === 0
        ? new FakeStockClient(relay, { chapterId, identity })
        : new FakeReplica(relay, chapterId, identity);
    people.set(client.doc.clientID, identity.personId);
    return client;
  });
  const stalled = new Map<Client, number>();
  const recover = () => {
    for (const [client, taken] of stalled) if (client.isConnected) client.readOn(taken);
    stalled.clear();
  };

  stage.log.faultOf = () => {
    const dice = random();
    return dice < 0.03 ? 'lost' : dice < 0.06 ? 'stored' : dice < 0.065 ? 'full' : null;
  };
  for (let step = 0; step < STEPS; step += 1) {
    const client = clients[upTo(clients.length)]!;
    const dice = random();
    if (dice < 0.6) edit(client.doc.getText('text'), random);
    else if (dice < 0.68) client.disconnect();
    else if (dice < 0.8 && !client.isConnected) client.connect();
    else if (dice < 0.84 && client.isConnected && !stalled.has(client)) {
      client.socket.stalled = true;
      stalled.set(client, client.socket.frames.length);
    } else if (dice < 0.9) recover();
    else if (dice < 0.95) relays[upTo(2)]!.poke(stage.chapterId);
    else await stage.clock.advance(upTo(3_000));
    if (random() < 0.5) await stage.clock.advance(upTo(30));
  }

  stage.log.faultOf = () => null;
  recover();
  await stage.clock.advance(70_000);
  for (let round = 0; round < 3; round += 1) {
    for (const client of clients) if (!client.isConnected) client.connect();
    await stage.clock.advance(1_000);
    for (const relay of relays) relay.poke(stage.chapterId);
    await stage.clock.advance(1_000);
  }
  check({ stage, clients, people, seed });
  await Promise.all([...relays.map((relay) => relay.close()), stage.clock.advance(1_000)]);
}

function check(end: {
  stage: RelayStage;
  clients: readonly Client[];
  people: ReadonlyMap<number, string>;
  seed: number;
}): void {
  const { stage, clients, people } = end;
  const seed = `seed ${end.seed}`;
  const logged = new Doc();
  stage.log.rowsOf(stage.chapterId).forEach((row, i) => {
    expect(row.position, seed).toBe(i + 1);
    if (row.kind !== 'update') return;
    applyUpdate(logged, row.bytes);
    // Every prefix can be shown, and every struct stands under its author.
    expect(logged.store.pendingStructs, seed).toBeNull();
    expect(logged.store.pendingDs, seed).toBeNull();
    for (const { client } of readUpdate(row.bytes).groups) {
      expect(row.personId, seed).toBe(people.get(client));
    }
  });
  for (const client of clients) {
    expect(client.text, seed).toBe(wordsOf(logged));
    expect(client.doc.store.pendingStructs, seed).toBeNull();
    const beyond = encodeStateAsUpdate(client.doc, encodeStateVector(logged));
    expect(readUpdate(beyond).groups, seed).toEqual([]);
    if (client instanceof FakeReplica) {
      expect(client.pending, seed).toBe(0);
      expect(client.refusals, seed).toEqual([]);
    }
  }
  const quarantined = stage.lines.filter((line) => line.message.includes('quarantined'));
  expect(quarantined, seed).toEqual([]);
}

function edit(text: Text, random: () => number): void {
  const at = Math.floor(random() * (text.length + 1));
  if (random() < 0.7 || text.length === 0) {
    text.insert(at, String.fromCharCode(97 + Math.floor(random() * 26)).repeat(1 + (at % 30)));
  } else {
    text.delete(Math.min(at, text.length - 1), 1);
  }
}
