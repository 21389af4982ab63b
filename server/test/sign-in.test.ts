import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUserByOperator } from '../src/domain/operator.ts';
import { issueSetUpLink } from '../src/domain/sign-in/links.ts';
import { redeemTicket } from '../src/domain/sign-in/tickets.ts';
import {
  eventually,
  linkSecretMailedTo,
  openApiWorld,
  PUBLIC_URL,
  sessionCookieOf,
  type ApiWorld,
} from './api-world.ts';

const PASSWORD = 'correct horse battery';

describe('signing in', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  const asBrowser = (
    cookie: string | null,
    method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH',
    path: string,
    more: { body?: object; headers?: Record<string, string> } = {},
  ) =>
    world.app.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        host: 'plenary.test',
        origin: PUBLIC_URL,
        ...(cookie === null ? {} : { cookie: `plenary_session=${cookie}` }),
        ...more.headers,
      },
      ...(more.body === undefined ? {} : { payload: more.body }),
    });

  const secretOf = (url: string | undefined): string => url?.split('#')[1] ?? '';

  /** Somebody with a password, created by the operator. */
  async function personWithPassword(name: string): Promise<{ email: string; cookie: string }> {
    const email = `${name}@example.org`;
    const created = await createUserByOperator(world.workspace, {
      email,
      name,
      isAdministrator: false,
    });
    if (!created.ok) throw new Error(created.code);
    const token = secretOf(created.value.url);
    const redeemed = await asBrowser(null, 'POST', '/links/redeem', { body: { token } });
    const cookie = sessionCookieOf(redeemed);
    const set = await asBrowser(cookie, 'PUT', '/me/password', { body: { next: PASSWORD } });
    expect(set.statusCode).toBe(204);
    return { email, cookie };
  }

  it('[S1] of two first administrators set up at once exactly one wins, and a later link does nothing', async () => {
    const fresh = await openApiWorld();
    try {
      const older = await issueSetUpLink(fresh.workspace);
      const link = await issueSetUpLink(fresh.workspace);
      const redeem = (url: string | undefined, name: string) =>
        fresh.call(null, 'POST', '/links/redeem', {
          token: secretOf(url),
          name,
          email: `${name}@example.org`,
          password: PASSWORD,
        });
      expect((await fresh.call(null, 'GET', '/setup')).json()).toEqual({ isNeeded: true });
      expect((await redeem(older?.url, 'early')).json().code).toBe('link_spent');
      const answers = await Promise.all([redeem(link?.url, 'ada'), redeem(link?.url, 'bob')]);
      expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200, 410]));
      const people = await fresh.workspace.db.selectFrom('people').selectAll().execute();
      expect(people.map((person) => person.is_administrator)).toEqual([1]);
      expect(await issueSetUpLink(fresh.workspace)).toBeNull();
      expect((await fresh.call(null, 'GET', '/setup')).json()).toEqual({ isNeeded: false });
    } finally {
      await fresh.close();
    }
  });

  it('[S2] a set-up link asks for what it needs before it is spent', async () => {
    const fresh = await openApiWorld();
    try {
      const token = secretOf((await issueSetUpLink(fresh.workspace))?.url);
      const info = await fresh.call(null, 'POST', '/links/inspect', { token });
      expect(info.json()).toMatchObject({ kind: 'set-up', email: null });
      const refused = await fresh.call(null, 'POST', '/links/redeem', { token, name: 'Ada' });
      expect(refused.json()).toMatchObject({ code: 'invalid_input', at: '/email' });
      const whole = { token, name: 'Ada', email: 'ADA@example.org', password: PASSWORD };
      const session = await fresh.call(null, 'POST', '/links/redeem', whole);
      expect(session.json()).toMatchObject({
        via: 'link',
        person: { email: 'ada@example.org', isAdministrator: true, hasPassword: true },
      });
    } finally {
      await fresh.close();
    }
  });

  it('[S4] a password gives a session in a cookie that scripts and other sites do not get', async () => {
    const { email } = await personWithPassword('cookie');
    const answer = await asBrowser(null, 'POST', '/session', {
      body: { email: email.toUpperCase(), password: PASSWORD },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['set-cookie']).toMatch(
      /^plenary_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const cookie = sessionCookieOf(answer);
    const session = await asBrowser(cookie, 'GET', '/session');
    expect(session.json()).toMatchObject({ via: 'password', person: { email } });
    expect((await asBrowser(cookie, 'DELETE', '/session')).statusCode).toBe(204);
    expect((await asBrowser(cookie, 'GET', '/session')).statusCode).toBe(401);
  });

  it('[S13] the first session keeps the language of its page, later ones leave it', async () => {
    const fresh = await openApiWorld();
    try {
      const token = secretOf((await issueSetUpLink(fresh.workspace))?.url);
      const email = 'ada@example.org';
      const whole = { token, name: 'Ada', email, password: PASSWORD, language: 'fr' };
      const first = await fresh.call(null, 'POST', '/links/redeem', whole);
      expect(first.json().person.language).toBe('fr');
      const again = { email, password: PASSWORD, language: 'en' };
      const second = await fresh.call(null, 'POST', '/session', again);
      expect(second.json().person.language).toBe('fr');
    } finally {
      await fresh.close();
    }
  });

  it('[S13] a person somebody else created speaks the language of the first page', async () => {
    const french = { email: 'french@example.org', name: 'Amélie', isAdministrator: false };
    const created = await createUserByOperator(world.workspace, french);
    const token = created.ok ? secretOf(created.value.url) : '';
    const body = { token, language: 'fr' };
    const answer = await asBrowser(null, 'POST', '/links/redeem', { body });
    const session = await asBrowser(sessionCookieOf(answer), 'GET', '/session');
    expect(session.json().person.language).toBe('fr');
  });

  it('[S4] a session ends 30 days after its last use', async () => {
    const { cookie } = await personWithPassword('idle');
    const days = (n: number) => world.pass(n * 24 * 3_600_000);
    const status = async () => (await asBrowser(cookie, 'GET', '/session')).statusCode;
    days(29);
    expect(await status()).toBe(200);
    days(29);
    expect(await status()).toBe(200);
    days(31);
    expect(await status()).toBe(401);
    days(-89);
  });

  it('[S4] over HTTPS the cookie is for HTTPS alone', async () => {
    const secure = await openApiWorld({ publicUrl: 'https://plenary.test' });
    try {
      const token = secretOf((await issueSetUpLink(secure.workspace))?.url);
      const answer = await secure.call(null, 'POST', '/links/redeem', {
        token,
        name: 'Ada',
        email: 'ada@example.org',
        password: PASSWORD,
      });
      expect(answer.headers['set-cookie']).toContain('; Secure');
    } finally {
      await secure.close();
    }
  });

  it('[S5] an unknown address and a wrong password answer the same', async () => {
    const { email } = await personWithPassword('same');
    const wrong = await asBrowser(null, 'POST', '/session', {
      body: { email, password: 'not the password' },
    });
    const unknown = await asBrowser(null, 'POST', '/session', {
      body: { email: 'nobody@example.org', password: 'not the password' },
    });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json().code).toBe('wrong_credentials');
    expect(unknown.body).toBe(wrong.body);
    const { db } = world.workspace;
    await db.updateTable('people').set({ state: 'disabled' }).where('email', '=', email).execute();
    const shutOut = await asBrowser(null, 'POST', '/session', {
      body: { email, password: PASSWORD },
    });
    expect([shutOut.statusCode, shutOut.body]).toEqual([401, wrong.body]);
    expect(unknown.headers['set-cookie']).toBeUndefined();
  });

  it('[S3] tables hold hashes, never a session, token or link', async () => {
    const { cookie } = await personWithPassword('hashes');
    const issued = await asBrowser(cookie, 'POST', '/me/tokens', { body: { label: 'script' } });
    const { token } = issued.json();
    const { db } = world.workspace;
    const everything = JSON.stringify([
      await db.selectFrom('sessions').selectAll().execute(),
      await db.selectFrom('api_tokens').selectAll().execute(),
      await db.selectFrom('links').selectAll().execute(),
      await db.selectFrom('people').selectAll().execute(),
      await db.selectFrom('mails').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
    ]);
    expect(everything).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    for (const secret of [cookie, token, PASSWORD]) expect(everything).not.toContain(secret);
  });

  it('[S6] an unsafe request from another site is refused, a program without origin is not', async () => {
    const { cookie } = await personWithPassword('origin');
    const body = { title: 'Made elsewhere' };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://plenary.test.evil.example' },
    ]) {
      const answer = await asBrowser(cookie, 'POST', '/activities', { body, headers });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'cross_origin']);
    }
    const crossSite = await world.app.inject({
      method: 'POST',
      url: '/api/v1/activities',
      headers: { cookie: `plenary_session=${cookie}`, 'sec-fetch-site': 'cross-site' },
      payload: body,
    });
    expect(crossSite.statusCode).toBe(403);
    const ownHost = await asBrowser(cookie, 'POST', '/activities', {
      body,
      headers: { host: 'ana.localhost:3000', origin: 'http://ana.localhost:3000' },
    });
    expect(ownHost.statusCode).toBe(201);
    const program = await world.app.inject({
      method: 'POST',
      url: '/api/v1/activities',
      headers: { cookie: `plenary_session=${cookie}` },
      payload: body,
    });
    expect(program.statusCode).toBe(201);
  });

  it('[A3] an invited address gets a link, chooses name and password, and is in the activity', async () => {
    const chair = await world.caller('Inviting');
    const { id } = (await world.call(chair, 'POST', '/activities', { title: 'Acoustics' })).json();
    const path = `/activities/${id}/members/new.person@example.org`;
    const put = await world.call(chair, 'PUT', path, { role: 'member' });
    expect([put.statusCode, put.json().state]).toEqual([201, 'invited']);
    const token = await linkSecretMailedTo(world, 'new.person@example.org');
    const info = await asBrowser(null, 'POST', '/links/inspect', { body: { token } });
    expect(info.json()).toMatchObject({
      kind: 'invitation',
      email: 'new.person@example.org',
      activity: 'Acoustics',
    });
    const body = { token, name: 'Noor', password: PASSWORD };
    const accepted = await asBrowser(null, 'POST', '/links/redeem', { body });
    expect(accepted.json()).toMatchObject({ via: 'link', person: { name: 'Noor' } });
    const seen = await asBrowser(sessionCookieOf(accepted), 'GET', '/activities');
    expect(seen.json().items).toMatchObject([{ id, role: 'member' }]);
    expect((await asBrowser(null, 'POST', '/links/redeem', { body })).json().code).toBe(
      'link_spent',
    );
  });

  it('[S2] a link expires', async () => {
    const created = await createUserByOperator(world.workspace, {
      email: 'late@example.org',
      name: 'Late',
      isAdministrator: false,
    });
    if (!created.ok) throw new Error(created.code);
    const token = secretOf(created.value.url);
    const late = await later(world, 25 * 3_600_000, () =>
      asBrowser(null, 'POST', '/links/redeem', { body: { token } }),
    );
    expect(late.json().code).toBe('link_spent');
  });

  it('[S5] a password reset answers the same for all, changes the password and ends other sessions', async () => {
    const { email, cookie } = await personWithPassword('forgetful');
    const ask = (address: string) =>
      asBrowser(null, 'POST', '/password-reset', { body: { email: address } });
    const known = await ask(email);
    const unknown = await ask('nobody@example.org');
    expect([known.statusCode, known.body]).toEqual([unknown.statusCode, unknown.body]);
    expect(known.statusCode).toBe(202);
    const token = await eventually(() => linkSecretMailedTo(world, email));
    world.published.length = 0;
    const body = { token, password: 'another long password' };
    const reset = await asBrowser(null, 'POST', '/links/redeem', { body });
    expect(reset.statusCode).toBe(200);
    expect((await asBrowser(cookie, 'GET', '/session')).statusCode).toBe(401);
    expect(world.published.some((item) => item.type === 'sessions-ended')).toBe(true);
    const old = await asBrowser(null, 'POST', '/session', { body: { email, password: PASSWORD } });
    expect(old.statusCode).toBe(401);
    const next = { email, password: 'another long password' };
    expect((await asBrowser(null, 'POST', '/session', { body: next })).statusCode).toBe(200);
  });

  it('[S2] a reset link is void once the password was changed, and stays so after a shut-out', async () => {
    const { email, cookie } = await personWithPassword('rethinking');
    const resetLink = async (): Promise<string> => {
      const count = () =>
        world.workspace.db
          .selectFrom('mails')
          .select('id')
          .where('recipient', '=', email)
          .execute();
      const before = (await count()).length;
      await asBrowser(null, 'POST', '/password-reset', { body: { email } });
      await eventually(async () => expect((await count()).length).toBeGreaterThan(before));
      return eventually(() => linkSecretMailedTo(world, email));
    };
    const redeem = async (token: string) =>
      (
        await asBrowser(null, 'POST', '/links/redeem', {
          body: { token, password: 'yet another password' },
        })
      ).json().code;

    const first = await resetLink();
    const next = { current: PASSWORD, next: 'another long password' };
    expect((await asBrowser(cookie, 'PUT', '/me/password', { body: next })).statusCode).toBe(204);
    expect(await redeem(first)).toBe('link_spent');

    const second = await resetLink();
    const administrator = await world.caller('Gatekeeper', { isAdministrator: true });
    const { id } = (await asBrowser(cookie, 'GET', '/session')).json().person;
    for (const disabled of [true, false]) {
      const path = `/admin/people/${id}`;
      const answer = await world.call(administrator, 'PATCH', path, { disabled });
      expect(answer.statusCode).toBe(200);
    }
    expect(await redeem(second)).toBe('link_spent');
  });

  it('[S9] changing the password needs the present one and ends other sessions', async () => {
    const { email, cookie } = await personWithPassword('changing');
    const other = sessionCookieOf(
      await asBrowser(null, 'POST', '/session', { body: { email, password: PASSWORD } }),
    );
    const refused = await asBrowser(cookie, 'PUT', '/me/password', {
      body: { current: 'a wrong guess', next: 'another long password' },
    });
    expect(refused.json()).toMatchObject({ code: 'wrong_credentials', at: '/current' });
    const changed = await asBrowser(cookie, 'PUT', '/me/password', {
      body: { current: PASSWORD, next: 'another long password' },
    });
    expect(changed.statusCode).toBe(204);
    expect((await asBrowser(cookie, 'GET', '/session')).statusCode).toBe(200);
    expect((await asBrowser(other, 'GET', '/session')).statusCode).toBe(401);
  });

  it('[S9] signing out everywhere ends every session and keeps API tokens', async () => {
    const { email, cookie } = await personWithPassword('everywhere');
    const { token } = (
      await asBrowser(cookie, 'POST', '/me/tokens', { body: { label: 'script' } })
    ).json();
    const other = sessionCookieOf(
      await asBrowser(null, 'POST', '/session', { body: { email, password: PASSWORD } }),
    );
    const sessions = (await asBrowser(cookie, 'GET', '/me/sessions')).json().items;
    expect(sessions.map((s: { isCurrent: boolean }) => s.isCurrent).sort()).toEqual([false, true]);
    expect((await asBrowser(cookie, 'DELETE', '/sessions')).statusCode).toBe(204);
    for (const gone of [cookie, other]) {
      expect((await asBrowser(gone, 'GET', '/session')).statusCode).toBe(401);
    }
    const caller = { email, personId: '', token };
    expect((await world.call(caller, 'GET', '/session')).json()).toMatchObject({ via: 'operator' });
    const [listed] = (await world.call(caller, 'GET', '/me/tokens')).json().items;
    expect(listed.token).toBeUndefined();
    await world.call(caller, 'DELETE', `/me/tokens/${listed.id}`);
    expect((await world.call(caller, 'GET', '/session')).statusCode).toBe(401);
  });

  it('[S10] what the operator issued is marked, recorded, and told to the person', async () => {
    const caller = await world.caller('Told');
    const session = (await world.call(caller, 'GET', '/session')).json();
    expect(session.via).toBe('operator');
    const acts = (await world.call(caller, 'GET', '/me/operator-acts')).json().items;
    expect(acts.map((act: { kind: string }) => act.kind)).toEqual([
      'token.issued',
      'link.issued',
      'person.created',
    ]);
    expect(acts.every((act: { by: string | null }) => act.by === null)).toBe(true);
    const mails = await world.workspace.db
      .selectFrom('mails')
      .select('subject')
      .where('recipient', '=', caller.email)
      .execute();
    expect(mails).toHaveLength(2);
  });

  it('[S7] failures are limited per account and per address, with the same answer for unknown accounts', async () => {
    const limited = await openApiWorld({ hasLimits: true });
    try {
      const attempt = (email: string, remoteAddress: string) =>
        limited.app.inject({
          method: 'POST',
          url: '/api/v1/session',
          remoteAddress,
          payload: { email, password: 'a wrong guess' },
        });
      for (const email of ['known@example.org', 'nobody@example.org']) {
        if (email.startsWith('known')) await limited.caller('Known');
        const statuses: number[] = [];
        for (let i = 0; i < 12; i += 1)
          statuses.push((await attempt(email, '10.0.0.1')).statusCode);
        expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
        expect((await attempt(email, '10.0.0.2')).statusCode).toBe(401);
      }
      const refused = await attempt('known@example.org', '10.0.0.1');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      limited.pass(15 * 60_000);
      expect((await attempt('known@example.org', '10.0.0.1')).statusCode).toBe(401);
    } finally {
      await limited.close();
    }
  });

  it('[S8] quotas of a person are told with the time to wait, and are nobody else’s', async () => {
    const limited = await openApiWorld({ hasLimits: true });
    try {
      const [eager, calm] = [await limited.caller('Eager'), await limited.caller('Calm')];
      const { id } = (await limited.call(eager, 'POST', '/activities', { title: 'T' })).json();
      const path = `/activities/${id}/documents`;
      const document = (await limited.call(eager, 'POST', path, { title: 'T' })).json();
      const ticket = `/chapters/${document.chapters[0].id}/ticket`;
      const answers = await Promise.all(
        Array.from({ length: 610 }, () => limited.call(eager, 'POST', ticket)),
      );
      const refused = answers.filter((answer) => answer.statusCode === 429);
      expect(refused).toHaveLength(10);
      expect(refused[0]?.json().code).toBe('rate_limited');
      expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
      expect((await limited.call(calm, 'POST', ticket)).statusCode).toBe(404);
      limited.pass(60_000);
      expect((await limited.call(eager, 'POST', ticket)).statusCode).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('[S11] a ticket opens its chapter within 60 s, then for 12 h, and dies with its session', async () => {
    const { workspace } = world;
    const caller = await world.caller('Ticket');
    const { id } = (await world.call(caller, 'POST', '/activities', { title: 'T' })).json();
    const document = (
      await world.call(caller, 'POST', `/activities/${id}/documents`, {
        title: 'T',
        template: 'notes',
      })
    ).json();
    const [chapter, otherChapter] = document.chapters;
    const issue = async () =>
      (await world.call(caller, 'POST', `/chapters/${chapter.id}/ticket`)).json();
    const { ticket, expiresAt } = await issue();
    const left = Date.parse(expiresAt) - workspace.clock.now();
    expect(left).toBeGreaterThan(55_000);
    expect(left).toBeLessThanOrEqual(60_000);
    const codeOf = async (secret: string, chapterId: string) => {
      const result = await redeemTicket(workspace, secret, chapterId);
      return result.ok ? result.value.identity.personId : result.code;
    };
    expect(await codeOf(ticket, otherChapter.id)).toBe('forbidden');
    expect(await codeOf(ticket, chapter.id)).toBe(caller.personId);
    const unused = (await issue()).ticket;
    expect(unused).not.toBe(ticket);
    world.pass(61_000);
    expect(await codeOf(unused, chapter.id)).toBe('unauthenticated');
    expect(await codeOf(ticket, chapter.id)).toBe(caller.personId);
    expect(await codeOf('unknown-ticket', chapter.id)).toBe('unauthenticated');
    world.pass(12 * 3_600_000);
    expect(await codeOf(ticket, chapter.id)).toBe('unauthenticated');

    const again = (await issue()).ticket;
    const [token] = (await world.call(caller, 'GET', '/me/tokens')).json().items;
    await world.call(caller, 'DELETE', `/me/tokens/${token.id}`);
    expect(await codeOf(again, chapter.id)).toBe('unauthenticated');
  });
});

/** Runs something at a later time, and goes back. */
async function later<T>(world: ApiWorld, laterMs: number, run: () => Promise<T>): Promise<T> {
  world.pass(laterMs);
  try {
    return await run();
  } finally {
    world.pass(-laterMs);
  }
}
