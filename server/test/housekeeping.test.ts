import { expect, it, onTestFinished } from 'vitest';
import { removeExpired } from '../src/domain/housekeeping.ts';
import { openApiWorld } from './api-world.ts';

const DAY_MS = 24 * 3_600_000;

it('what has expired is removed, what has not stays', async () => {
  const world = await openApiWorld();
  onTestFinished(() => world.close());
  const { db, mailFolder } = world.workspace;
  const caller = await world.caller('Person');
  const { id } = (await world.call(caller, 'POST', '/activities', { title: 'A' })).json();
  const path = `/activities/${id}/documents`;
  const document = (await world.call(caller, 'POST', path, { title: 'D' })).json();
  await world.call(caller, 'POST', `/chapters/${document.chapters[0].id}/ticket`);
  const count = async (table: 'tickets' | 'mails' | 'links' | 'api_tokens'): Promise<number> =>
    (await db.selectFrom(table).select('id').execute()).length;
  const [mail] = await db.selectFrom('mails').select('id').execute();

  await removeExpired(world.workspace);
  expect([await count('tickets'), await count('mails'), await count('links')]).toEqual([1, 2, 1]);
  world.pass(61_000);
  await removeExpired(world.workspace);
  expect(await count('tickets')).toBe(0);
  expect(await mailFolder.read(mail?.id ?? '')).not.toBeNull();
  world.pass(32 * DAY_MS);
  await removeExpired(world.workspace);
  expect([await count('mails'), await count('links'), await count('api_tokens')]).toEqual([
    0, 0, 1,
  ]);
  expect(await mailFolder.read(mail?.id ?? '')).toBeNull();
});
