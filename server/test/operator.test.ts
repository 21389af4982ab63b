import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTokenByOperator, createUserByOperator } from '../src/domain/operator.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

describe('the operator’s commands', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  const user = (email: string, isAdministrator = false) =>
    createUserByOperator(world.workspace, { email, name: 'Given', isAdministrator });

  it('[S10] a person who exists keeps name and rights and gets another link, and is told', async () => {
    const first = await user('twice@example.org', true);
    const second = await user('TWICE@example.org');
    if (!first.ok || !second.ok) throw new Error('no link');
    expect([first.value.isNew, second.value.isNew]).toEqual([true, false]);
    expect(second.value.personId).toBe(first.value.personId);
    expect(second.value.url).not.toBe(first.value.url);
    const people = await world.workspace.db
      .selectFrom('people')
      .select(['is_administrator', 'state'])
      .where('email', '=', 'twice@example.org')
      .execute();
    expect(people).toEqual([{ is_administrator: 1, state: 'active' }]);
    const mails = await world.workspace.db
      .selectFrom('mails')
      .select('subject')
      .where('person_id', '=', first.value.personId)
      .execute();
    expect(mails).toHaveLength(2);
  });

  it('a token needs a person, and nothing is issued for one who is shut out', async () => {
    const unknown = await createTokenByOperator(world.workspace, { email: 'nobody@example.org' });
    expect(unknown).toMatchObject({ ok: false, code: 'not_found' });
    await user('out@example.org');
    await world.workspace.db
      .updateTable('people')
      .set({ state: 'disabled' })
      .where('email', '=', 'out@example.org')
      .execute();
    const token = await createTokenByOperator(world.workspace, { email: 'out@example.org' });
    expect(token).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await user('out@example.org')).toMatchObject({ ok: false, code: 'forbidden' });
  });

  it('[S2] a sign-in link signs in once, and spends the person’s other sign-in links', async () => {
    const [first, second] = [await user('once@example.org'), await user('once@example.org')];
    if (!first.ok || !second.ok) throw new Error('no link');
    const redeem = (url: string) =>
      world.call(null, 'POST', '/links/redeem', { token: url.split('#')[1] ?? '' });
    const inspected = await world.call(null, 'POST', '/links/inspect', {
      token: first.value.url.split('#')[1] ?? '',
    });
    expect(inspected.json()).toMatchObject({ kind: 'sign-in', name: 'Given' });
    expect((await redeem(first.value.url)).json()).toMatchObject({ via: 'operator' });
    expect((await redeem(first.value.url)).statusCode).toBe(410);
    expect((await redeem(second.value.url)).statusCode).toBe(410);
  });
});
