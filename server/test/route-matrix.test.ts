import type { InjectOptions, RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

const ROLES = ['chair', 'member', 'reviewer', 'observer'] as const;
type Role = (typeof ROLES)[number];

/** What lies in an activity, by the name that the table below gives its id. */
type Things = Record<
  'activity' | 'document' | 'binned' | 'chapter' | 'frozen' | 'binnedChapter' | 'file' | 'later',
  string
>;

/** A call on something of an activity, and the roles that may make it. */
interface Call {
  readonly route: string;
  readonly on: keyof Things;
  readonly roles: readonly Role[];
  readonly body?: object;
  readonly query?: string;
  /** Sent instead of a JSON body. */
  readonly picture?: true;
}

const EVERYONE = ROLES;
const AUTHORS = ['chair', 'member'] as const;
const CHAIR = ['chair'] as const;

/** Rule A1, call by call. */
const CALLS: readonly Call[] = [
  { route: 'GET /activities/:id', on: 'activity', roles: EVERYONE },
  { route: 'PATCH /activities/:id', on: 'activity', roles: CHAIR, body: { title: 'x' } },
  {
    route: 'PUT /activities/:id/members/:email',
    on: 'activity',
    roles: CHAIR,
    body: { role: 'observer' },
  },
  { route: 'DELETE /activities/:id/members/:email', on: 'activity', roles: CHAIR },
  { route: 'POST /activities/:id/documents', on: 'activity', roles: AUTHORS, body: { title: 'x' } },
  { route: 'GET /documents/:id', on: 'document', roles: EVERYONE },
  { route: 'PATCH /documents/:id', on: 'document', roles: AUTHORS, body: { title: 'x' } },
  { route: 'DELETE /documents/:id', on: 'document', roles: CHAIR },
  { route: 'POST /documents/:id/restore', on: 'binned', roles: CHAIR },
  { route: 'POST /documents/:id/chapters', on: 'document', roles: AUTHORS, body: { title: 'x' } },
  { route: 'POST /documents/:id/files', on: 'document', roles: AUTHORS, picture: true },
  { route: 'GET /documents/:id/export', on: 'document', roles: EVERYONE, query: '?format=json' },
  { route: 'GET /files/:id', on: 'file', roles: EVERYONE },
  { route: 'GET /chapters/:id', on: 'chapter', roles: EVERYONE },
  { route: 'PATCH /chapters/:id', on: 'chapter', roles: AUTHORS, body: { title: 'x' } },
  { route: 'PATCH /chapters/:id', on: 'chapter', roles: AUTHORS, body: { position: 0 } },
  { route: 'PATCH /chapters/:id', on: 'chapter', roles: AUTHORS, body: { state: 'drafting' } },
  { route: 'PATCH /chapters/:id', on: 'chapter', roles: CHAIR, body: { frozen: true } },
  { route: 'PATCH /chapters/:id', on: 'chapter', roles: CHAIR, body: { frozen: true, title: 'x' } },
  { route: 'PATCH /chapters/:id', on: 'frozen', roles: CHAIR, body: { title: 'x' } },
  { route: 'PATCH /chapters/:id', on: 'frozen', roles: CHAIR, body: { frozen: false } },
  { route: 'DELETE /chapters/:id', on: 'chapter', roles: AUTHORS },
  { route: 'DELETE /chapters/:id', on: 'frozen', roles: CHAIR },
  { route: 'POST /chapters/:id/restore', on: 'binnedChapter', roles: AUTHORS },
  { route: 'POST /chapters/:id/ticket', on: 'chapter', roles: EVERYONE },
];

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

describe('every call, every role, and who is no part of it', () => {
  const routes: RouteOptions[] = [];
  let world: ApiWorld;
  let people: Record<Role, Caller>;
  let guest: Caller;

  beforeAll(async () => {
    world = await openApiWorld({ onRoute: (route) => routes.push(route) });
    people = {
      chair: await world.caller('Chair'),
      member: await world.caller('Member'),
      reviewer: await world.caller('Reviewer'),
      observer: await world.caller('Observer'),
    };
    guest = await world.caller('Guest');
  });
  afterAll(() => world.close());

  /** An activity with somebody in each role, and one of each kind of thing. */
  async function stage(): Promise<Things> {
    const ask = async (
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      body?: object,
    ) => {
      const answer = await world.call(people.chair, method, path, body);
      expect(answer.statusCode).toBeLessThan(300);
      return answer.body === '' ? {} : answer.json();
    };
    const { id: activity } = await ask('POST', '/activities', { title: 'Own' });
    const newDocument = () => ask('POST', `/activities/${activity}/documents`, { title: 'Report' });
    const [document, binned, later] = [
      await newDocument(),
      await newDocument(),
      await newDocument(),
    ];
    const newChapter = () =>
      ask('POST', `/documents/${document.id}/chapters`, { title: 'Chapter' });
    const [chapter, frozen, binnedChapter] = [
      await newChapter(),
      await newChapter(),
      await newChapter(),
    ];
    await ask('PATCH', `/chapters/${frozen.id}`, { frozen: true });
    await ask('DELETE', `/chapters/${binnedChapter.id}`);
    const member = (caller: Caller, body: object) =>
      ask('PUT', `/activities/${activity}/members/${caller.email}`, body);
    await member(people.member, { role: 'member' });
    await member(people.observer, { role: 'observer' });
    await member(people.reviewer, { role: 'reviewer', documents: [document.id, binned.id] });
    await member(guest, { role: 'observer' });
    await ask('DELETE', `/documents/${binned.id}`);
    const upload = await send(
      people.chair,
      { ...callOf('POST /documents/:id/files') },
      document.id,
    );
    return {
      activity,
      document: document.id,
      binned: binned.id,
      later: later.id,
      chapter: chapter.id,
      frozen: frozen.id,
      binnedChapter: binnedChapter.id,
      file: upload.json().id,
    };
  }

  function callOf(route: string): Call {
    return CALLS.find((call) => call.route === route)!;
  }

  function send(caller: Caller, call: Call, id: string) {
    const [method, path] = call.route.split(' ') as [NonNullable<InjectOptions['method']>, string];
    const url = path.replace(':id', id).replace(':email', guest.email) + (call.query ?? '');
    if (call.picture === undefined) return world.call(caller, method, url, call.body);
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
    return world.app.inject({
      method,
      url: `/api/v1${url}`,
      headers: {
        authorization: `Bearer ${caller.token}`,
        'content-type': 'multipart/form-data; boundary=b',
      },
      payload: Buffer.concat([Buffer.from(head), PNG, Buffer.from('\r\n--b--\r\n')]),
    });
  }

  it('[A1] the table names every call that has acts', () => {
    const named = new Set(CALLS.map(({ route }) => route));
    const found = routes
      .filter(({ method, config }) => typeof config?.access === 'object' && method !== 'HEAD')
      .map(({ method, url }) => `${String(method)} ${url.replace('/api/v1', '')}`);
    expect(found.toSorted()).toEqual([...named].toSorted());
  });

  it.for(CALLS)('[A1] $route on $on with $body', async (call) => {
    const things = await stage();
    // Those who may not come first: nothing they do may leave a trace.
    for (const role of ROLES.filter((candidate) => !call.roles.includes(candidate))) {
      const answer = await send(people[role], call, things[call.on]);
      // Of what lies in the bin only who may take it out knows.
      const refusals = call.on.startsWith('binned') ? [403, 404] : [403];
      expect([role, refusals.includes(answer.statusCode)]).toEqual([role, true]);
    }
    const changes = !call.route.startsWith('GET ');
    for (const role of call.roles) {
      const own = changes && role !== call.roles[0] ? await stage() : things;
      const answer = await send(people[role], call, own[call.on]);
      expect([role, answer.statusCode, answer.body.slice(0, 100)]).toEqual([
        role,
        expect.toSatisfy((status: number) => status >= 200 && status < 300),
        expect.anything(),
      ]);
    }
  });

  it('[A2] chairs of other activities, administrators, and whose time is over find nothing', async () => {
    const things = await stage();
    const stranger = await world.caller('Stranger');
    await world.call(stranger, 'POST', '/activities', { title: 'Theirs' });
    const administrator = await world.caller('Administrator', { isAdministrator: true });
    const late = await world.caller('Late');
    const until = new Date(Date.now() + 60_000).toISOString();
    const path = `/activities/${things.activity}/members/${late.email}`;
    const review = { role: 'reviewer', documents: [things.document], until };
    expect((await world.call(people.chair, 'PUT', path, review)).statusCode).toBe(201);
    world.pass(120_000);
    const shown = await world.call(people.chair, 'GET', `/activities/${things.activity}`);
    for (const caller of [stranger, administrator, late]) {
      for (const call of CALLS) {
        const hidden = await send(caller, call, things[call.on]);
        const unknown = await send(caller, call, 'unknown');
        const name = `${caller.email}: ${call.route} on ${call.on}`;
        expect([name, hidden.statusCode, hidden.body]).toEqual([name, 404, unknown.body]);
      }
    }
    const after = await world.call(people.chair, 'GET', `/activities/${things.activity}`);
    expect(after.json()).toEqual(shown.json());
  });

  it('[A2] a reviewer finds nothing of the documents they were not asked about', async () => {
    const things = await stage();
    for (const call of CALLS.filter(({ on }) => on === 'document')) {
      const hidden = await send(people.reviewer, call, things.later);
      expect([call.route, hidden.statusCode]).toEqual([call.route, 404]);
    }
    const { documents } = (
      await world.call(people.reviewer, 'GET', `/activities/${things.activity}`)
    ).json();
    expect(documents.map((document: { id: string }) => document.id)).toEqual([things.document]);
  });

  it('[A2] nobody reaches another person’s sessions and tokens', async () => {
    const { member, observer } = people;
    const token = (await world.call(member, 'POST', '/me/tokens', { label: 'Mine' })).json();
    for (const path of [`/me/tokens/${token.id}`, `/sessions/${token.id}`]) {
      const answer = await world.call(observer, 'DELETE', path);
      expect([path, answer.statusCode]).toEqual([path, 404]);
    }
    const mine = (await world.call(member, 'GET', '/me/tokens')).json().items;
    expect(mine.map((entry: { id: string }) => entry.id)).toContain(token.id);
  });
});
