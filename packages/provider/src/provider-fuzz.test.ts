import { ProviderWorld, textOf, type Member, type Page } from '@plenary/testing';
import { describe, expect, it } from 'vitest';

/** What a run may do to the world beyond typing and cutting sockets. */
interface Hazards {
  /** Pages are killed, closed and opened again; several of one person at once. */
  readonly pages: boolean;
  /** The server's process dies and starts again; its disk loses answers, fails, and is full. */
  readonly server: boolean;
  /** The chapter is frozen and thawed, people become observers and members again. */
  readonly rights: boolean;
  /** The chapter is taken back to an earlier state. */
  readonly restores: boolean;
}

const ALL: Hazards = { pages: true, server: true, rights: true, restores: true };

type Act = (world: ProviderWorld, member: Member, page: Page) => void | Promise<void>;

const typing: Act = (world, member, page) => {
  world.type(member, page, 1 + world.int(4));
};

const ACTS: Record<'always' | keyof Hazards, readonly Act[]> = {
  always: [
    typing,
    typing,
    typing,
    typing,
    (world, _member, page) => {
      world.erase(page, 1 + world.int(3));
    },
    (world) => world.clock.advance(world.int(2_000)),
    (world) => world.clock.advance(world.int(200)),
    (_world, _member, page) => {
      page.pairs.at(-1)?.cut();
    },
    (world, _member, page) => {
      if (world.int(4) === 0) page.pairs.at(-1)?.stall();
    },
    (world) => world.clock.advance(world.int(40_000)),
  ],
  pages: [
    (world, member, page) => {
      world.killPage(member, page);
    },
    (world, member) => {
      if (member.pages.length < 3) world.openPage(member);
    },
    (world, member, page) => world.closePage(member, page),
  ],
  server: [
    (world) => {
      world.killRelay();
    },
    (world) => {
      if (world.relay === null) world.startRelay();
    },
    (world) => {
      if (world.relay === null) world.startRelay();
    },
    (world) => {
      const faults = ['lost', 'stored', 'full'] as const;
      const fault = faults[world.int(3)]!;
      let left = 1 + world.int(4);
      world.log.faultOf = () => (left-- > 0 ? fault : null);
    },
    (world) => {
      world.log.hold();
    },
    (world) => {
      world.log.release();
    },
  ],
  rights: [
    (world, member) => {
      const frozen = world.int(2) === 0;
      const access = { mode: 'read', reason: frozen ? 'frozen' : 'role' } as const;
      if (frozen) world.authority.fallback = access;
      else world.authority.set(member.identity.personId, access);
      world.log.appendRights(world.chapterId);
      world.relay?.poke(world.chapterId);
    },
    (world, member) => {
      world.authority.fallback = { mode: 'write' };
      world.authority.set(member.identity.personId, { mode: 'write' });
      world.log.appendRights(world.chapterId);
      world.relay?.poke(world.chapterId);
    },
  ],
  restores: [
    (world) => {
      if (world.int(3) !== 0) return;
      world.restore(world.int(world.log.rowsOf(world.chapterId).length + 1));
    },
  ],
};

/** One run: a few hundred acts, then everything heals; what was promised must hold. */
async function run(seed: number, hazards: Hazards, steps = 150): Promise<void> {
  const world = new ProviderWorld({ seed, people: 2 + (seed % 3) });
  const acts = [...ACTS.always, ...ACTS.always];
  for (const hazard of ['pages', 'server', 'rights', 'restores'] as const) {
    if (hazards[hazard]) acts.push(...ACTS[hazard]);
  }
  for (const member of world.members) world.openPage(member);
  for (let step = 0; step < steps; step += 1) {
    const member = world.members[world.int(world.members.length)]!;
    if (member.pages.length === 0) world.openPage(member);
    const page = member.pages[world.int(member.pages.length)]!;
    await acts[world.int(acts.length)]!(world, member, page);
    await world.clock.advance(world.int(30));
  }
  for (const member of world.members) {
    world.authority.set(member.identity.personId, { mode: 'write' });
  }
  const healed = await world.heal();
  const told = `seed ${seed}`;
  const pages = world.members.flatMap((member) => member.pages);
  expect(healed, `${told}: ${JSON.stringify(pages.map(({ replica }) => replica.state))}`).toBe(
    true,
  );
  expect(world.lies, told).toEqual([]);
  expect(world.lost(), told).toEqual([]);
  for (const { replica } of pages) expect(textOf(replica), told).toBe(world.loggedText());
  for (const { disk } of world.members) {
    expect((await disk.open().peek(world.chapterId)).unsent, told).toEqual([]);
  }
  await world.close();
}

/** A few in every test run; a campaign sets more, and where to begin. */
const RUNS = Number(process.env['PLENARY_FUZZ_RUNS'] ?? 12);
const FIRST = Number(process.env['PLENARY_FUZZ_SEED'] ?? 1);

describe('provider and relay under seeded failures', () => {
  it('[W50] sockets cut and stalled: all converge, nothing is lost, saved is never a lie', async () => {
    const hazards = { pages: false, server: false, rights: false, restores: false };
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) await run(seed, hazards);
  }, 600_000);

  it('[W51] pages killed and reopened, several at once: nothing kept is lost', async () => {
    const hazards = { pages: true, server: false, rights: false, restores: false };
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) await run(seed, hazards);
  }, 600_000);

  it('[W50] the server killed, its disk failing: saved is on the disk', async () => {
    const hazards = { pages: true, server: true, rights: false, restores: false };
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) await run(seed, hazards);
  }, 600_000);

  it('[W42] rights changing under way: what is refused is in a draft', async () => {
    const hazards = { pages: true, server: true, rights: true, restores: false };
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) await run(seed, hazards);
  }, 600_000);

  it('[W41] restores under way: no history mixes, nothing unsent is lost', async () => {
    for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) await run(seed, ALL);
  }, 600_000);

  // Seeds that failed once: edits replaced away unseen, adopted without their ground, left behind as
  // orphans, kept beside a copy of another history, typed by a page that had never been online.
  it.each([1, 1098, 1277, 1307, 1472, 1874])('[W41] [W53] seed %i holds', (seed) => run(seed, ALL));
});
