import {
  openStickyBalancer,
  startPostgres,
  startRedis,
  type StickyBalancer,
} from '@plenary/testing';
import type { Browser } from '@playwright/test';
import type { Actor } from '../fixtures/actor.ts';
import { pair, type Pair } from '../fixtures/pair.ts';
import { PlenaryServer } from '../fixtures/plenary-server.ts';
import { expect, scenarioOn, test } from '../fixtures/scenario.ts';

test('two people write together where WebSockets are refused', async ({ browser }) => {
  test.setTimeout(180_000);
  await using world = await behindProxy(browser, [{}]);
  const { hers, his } = await world.pair();
  await hers.typeInto('Introduction', 'Through plain requests');
  await expect(his.text('Introduction')).toContainText('Through plain requests');
  await expect(hers.saving).toHaveText('Saved');
  await his.typeInto('Introduction', ', both ways.');
  await expect(hers.text('Introduction')).toContainText('Through plain requests, both ways.');
  await expect(his.saving).toHaveText('Saved');
  await expect(hers.carets).toContainText('Björn');
  expect(world.balancer.refusedUpgrades).toBeGreaterThan(0);
});

test('two people write together over two nodes where WebSockets are refused', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  try {
    const env = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
    await using world = await behindProxy(browser, [env, env]);
    const { hers, his } = await world.pair();
    await hers.typeInto('Introduction', 'From one node');
    await expect(his.text('Introduction')).toContainText('From one node');
    await his.typeInto('Introduction', ' to the other.');
    await expect(hers.text('Introduction')).toContainText('From one node to the other.');
    for (const page of [hers, his]) await expect(page.saving).toHaveText('Saved');
    await expect(hers.carets).toContainText('Björn');
    for (const count of world.balancer.requests) expect(count).toBeGreaterThan(10);
  } finally {
    await redis.close();
    await postgres.stop();
  }
});

interface World extends AsyncDisposable {
  readonly balancer: StickyBalancer;
  /** Two people before a report, who reach the servers through the proxy. */
  pair(): Promise<Pair>;
}

/** Servers with these variables behind a proxy that keeps people at one and refuses upgrades. */
async function behindProxy(
  browser: Browser,
  environments: readonly Readonly<Record<string, string>>[],
): Promise<World> {
  const servers: PlenaryServer[] = [];
  const actors: Actor[] = [];
  // One after the other: the first brings an empty database to this version.
  for (const env of environments) servers.push(await PlenaryServer.create(env));
  const balancer = await openStickyBalancer(
    servers.map(({ url }) => url),
    { refusesUpgrades: true },
  );
  const reached = {
    url: balancer.url,
    admin: (...args: string[]) => servers[0]!.admin(...args),
  };
  return {
    balancer,
    pair: () => pair(scenarioOn(browser, reached, actors)),
    async [Symbol.asyncDispose]() {
      for (const actor of actors) await actor.context.close();
      await balancer.close();
      for (const server of servers) await server.stop();
    },
  };
}
