import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkSecretMailedTo, openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

const PASSWORD = 'correct horse battery';

describe('administration', () => {
  let world: ApiWorld;
  let administrator: Caller;
  let person: Caller;

  beforeAll(async () => {
    world = await openApiWorld();
    administrator = await world.caller('Admin', { isAdministrator: true });
    person = await world.caller('Person');
  });
  afterAll(() => world.close());

  it('[A8] is for administrators', async () => {
    for (const [method, path, body] of [
      ['GET', '/admin/people', undefined],
      ['POST', '/admin/people', { email: 'x@example.org' }],
      ['PATCH', `/admin/people/${person.personId}`, { isAdministrator: true }],
      ['POST', `/admin/people/${person.personId}/link`, undefined],
      ['GET', '/admin/mail', undefined],
      ['GET', '/admin/mail/unknown', undefined],
    ] as const) {
      expect((await world.call(person, method, path, body)).statusCode).toBe(403);
      expect((await world.call(null, method, path, body)).statusCode).toBe(401);
    }
  });

  it('[S10] invites people, whose kept mail an administrator reads to hand the link on', async () => {
    const invited = await world.call(administrator, 'POST', '/admin/people', {
      email: 'Guest@example.org',
      name: 'Guest',
    });
    expect(invited.json()).toMatchObject({ email: 'guest@example.org', state: 'invited' });
    const { items } = (await world.call(administrator, 'GET', '/admin/mail')).json();
    const [entry] = items;
    expect(entry).toMatchObject({ to: 'guest@example.org', state: 'kept' });
    expect(entry.text).toBeUndefined();
    const mail = (await world.call(administrator, 'GET', `/admin/mail/${entry.id}`)).json();
    const token = /\/link#([\w-]+)/.exec(mail.text)?.[1];

    const body = { token, name: 'Guest', password: PASSWORD };
    const session = (await world.call(null, 'POST', '/links/redeem', body)).json();
    // The link went through an administrator's hands, and that stays visible.
    expect(session.via).toBe('operator');
    const signedIn = await world.call(null, 'POST', '/session', {
      email: 'guest@example.org',
      password: PASSWORD,
    });
    expect(signedIn.json().via).toBe('password');
    const acts = await world.app.inject({
      url: '/api/v1/me/operator-acts',
      headers: { cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '' },
    });
    expect(acts.json().items).toMatchObject([{ kind: 'mail.read', by: 'Admin' }]);
  });

  it('[S10] a link nobody else has read is not marked', async () => {
    await world.call(administrator, 'POST', '/admin/people', { email: 'alone@example.org' });
    const token = await linkSecretMailedTo(world, 'alone@example.org');
    const body = { token, name: 'Alone', password: PASSWORD };
    expect((await world.call(null, 'POST', '/links/redeem', body)).json().via).toBe('link');
  });

  it('[S10] a link an administrator issues is marked, recorded and told', async () => {
    const answer = await world.call(administrator, 'POST', `/admin/people/${person.personId}/link`);
    expect(answer.statusCode).toBe(201);
    const token = answer.json().url.split('#')[1];
    const redeemed = await world.call(null, 'POST', '/links/redeem', { token, password: PASSWORD });
    expect(redeemed.json()).toMatchObject({ via: 'operator', person: { id: person.personId } });
    const [act] = (await world.call(person, 'GET', '/me/operator-acts')).json().items;
    expect(act).toMatchObject({ kind: 'link.issued', by: 'Admin' });
  });

  it('[S9] shutting somebody out ends their sessions and tokens at once', async () => {
    const victim = await world.caller('Victim');
    const path = `/admin/people/${victim.personId}`;
    const answer = await world.call(administrator, 'PATCH', path, { disabled: true });
    expect(answer.json().state).toBe('disabled');
    expect((await world.call(victim, 'GET', '/session')).statusCode).toBe(401);
    expect(world.published).toContainEqual({
      type: 'sessions-ended',
      personId: victim.personId,
      sessionIds: null,
    });
    const back = await world.call(administrator, 'PATCH', path, { disabled: false });
    expect(back.json().state).toBe('invited');
  });

  it('lists people in pages by name, and finds them by name or address', async () => {
    for (const name of ['Paging 100% A', 'Paging B', 'Paging B', 'paging_c']) {
      const email = `${crypto.randomUUID()}@paging.example`;
      await world.call(administrator, 'POST', '/admin/people', { email, name });
    }
    const list = async (query: string) =>
      (await world.call(administrator, 'GET', `/admin/people?${query}`)).json();
    const everybody = await list('');
    expect(everybody).toMatchObject({ next: null });
    expect(everybody.items[0]).toMatchObject({ color: expect.stringMatching(/^#[0-9a-f]{6}$/) });

    const found: { id: string }[] = [];
    let next: string | null = null;
    do {
      const page = await list(`limit=2${next === null ? '' : `&after=${next}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items);
      next = page.next;
    } while (next !== null);
    expect(found).toEqual(everybody.items);

    const names = async (query: string) =>
      (await list(`query=${encodeURIComponent(query)}`)).items.map((p: { name: string }) => p.name);
    expect(await names('PAGING.example')).toHaveLength(4);
    expect(await names('0%')).toEqual(['Paging 100% A']);
    expect(await names('g_')).toEqual(['paging_c']);
    expect(await names('\\')).toEqual([]);
    for (const wrong of ['limit=0', 'limit=501', 'after=a/b', `query=${'x'.repeat(121)}`]) {
      const answer = await world.call(administrator, 'GET', `/admin/people?${wrong}`);
      expect([wrong, answer.statusCode]).toEqual([wrong, 422]);
    }
  });

  it('the last administrator stays one', async () => {
    const path = `/admin/people/${administrator.personId}`;
    for (const body of [{ isAdministrator: false }, { disabled: true }]) {
      const answer = await world.call(administrator, 'PATCH', path, body);
      expect([answer.statusCode, answer.json().code]).toEqual([409, 'last_administrator']);
    }
    const second = await world.caller('Second', { isAdministrator: true });
    const demoted = await world.call(second, 'PATCH', path, { isAdministrator: false });
    expect(demoted.json().isAdministrator).toBe(false);
  });
});
