import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

describe('activities, documents and chapters', () => {
  let world: ApiWorld;
  let chair: Caller;
  let member: Caller;
  let observer: Caller;
  let stranger: Caller;

  beforeAll(async () => {
    world = await openApiWorld();
    chair = await world.caller('Chair');
    member = await world.caller('Member');
    observer = await world.caller('Observer');
    stranger = await world.caller('Stranger', { isAdministrator: true });
  });
  afterAll(() => world.close());

  async function newActivity(): Promise<string> {
    const created = await world.call(chair, 'POST', '/activities', {
      title: ' Sensing ',
      type: 'RTG',
    });
    expect(created.statusCode).toBe(201);
    const { id } = created.json();
    for (const [person, role] of [
      [member, 'member'],
      [observer, 'observer'],
    ] as const) {
      const put = await world.call(chair, 'PUT', `/activities/${id}/members/${person.email}`, {
        role,
      });
      expect(put.statusCode).toBe(201);
    }
    return id;
  }

  async function newDocument(activityId: string, template = 'technical-report') {
    const body = { title: 'Report', template };
    const created = await world.call(member, 'POST', `/activities/${activityId}/documents`, body);
    expect(created.statusCode).toBe(201);
    return created.json();
  }

  it('[A3] whoever creates an activity is its chair', async () => {
    const id = await newActivity();
    const details = (await world.call(chair, 'GET', `/activities/${id}`)).json();
    expect(details).toMatchObject({ id, title: 'Sensing', type: 'RTG', role: 'chair' });
    expect(details.members.map((m: { role: string }) => m.role)).toEqual([
      'chair',
      'member',
      'observer',
    ]);
    const list = (await world.call(member, 'GET', '/activities')).json();
    expect(list.items.find((entry: { id: string }) => entry.id === id).role).toBe('member');
  });

  it('[A2] what one may not know of answers like the unknown, for administrators too', async () => {
    const id = await newActivity();
    const document = await newDocument(id);
    for (const path of [
      `/activities/${id}`,
      `/documents/${document.id}`,
      `/chapters/${document.chapters[0].id}`,
    ]) {
      const hidden = await world.call(stranger, 'GET', path);
      const unknown = await world.call(stranger, 'GET', path.replace(/[^/]+$/, 'unknown'));
      expect(hidden.statusCode).toBe(404);
      expect(hidden.body).toBe(unknown.body);
      expect(hidden.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('a template gives a document its chapters', async () => {
    const id = await newActivity();
    const report = await newDocument(id);
    expect(report.chapters.length).toBeGreaterThanOrEqual(5);
    expect(report.chapters.map((c: { position: number }) => c.position)).toEqual(
      report.chapters.map((_: unknown, index: number) => index),
    );
    expect((await newDocument(id, 'blank')).chapters).toHaveLength(1);
    expect((await newDocument(id, 'notes')).chapters[0].title).toBe('Notes');
  });

  it('[A1] an observer reads and changes nothing', async () => {
    const document = await newDocument(await newActivity());
    const chapter = `/chapters/${document.chapters[0].id}`;
    const seen = await world.call(observer, 'GET', `/documents/${document.id}`);
    expect(seen.json().rights).toEqual({
      edit: false,
      outline: false,
      freeze: false,
      remove: false,
      upload: false,
      share: false,
    });
    for (const [method, path, body] of [
      ['PATCH', `/documents/${document.id}`, { title: 'x' }],
      ['DELETE', `/documents/${document.id}`, undefined],
      ['POST', `/documents/${document.id}/chapters`, { title: 'x' }],
      ['PATCH', chapter, { title: 'x' }],
      ['PATCH', chapter, { frozen: true }],
      ['DELETE', chapter, undefined],
    ] as const) {
      const answer = await world.call(observer, method, path, body);
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 403, 'forbidden']);
    }
  });

  it('[A6] authors say how far a chapter is, until it is frozen', async () => {
    const document = await newDocument(await newActivity(), 'notes');
    const path = `/chapters/${document.chapters[0].id}`;
    const patch = (caller: Caller, body: object) => world.call(caller, 'PATCH', path, body);
    expect((await patch(member, { state: 'in-review' })).json().state).toBe('in-review');
    // Everybody who has the document open is told.
    expect(world.published.at(-1)).toMatchObject({
      type: 'document',
      outline: { chapters: [{ state: 'in-review' }, {}, {}] },
    });
    expect((await patch(observer, { state: 'drafting' })).statusCode).toBe(403);
    expect((await patch(chair, { state: 'frozen' })).statusCode).toBe(422);
    expect((await patch(chair, { frozen: true, state: 'drafting' })).statusCode).toBe(422);

    await patch(chair, { frozen: true });
    expect((await patch(member, { state: 'drafting' })).statusCode).toBe(403);
    const refused = await patch(chair, { state: 'drafting', title: 'Not this either' });
    expect([refused.statusCode, refused.json().at]).toEqual([422, '/state']);
    expect((await world.call(chair, 'GET', path)).json().title).toBe('Notes');
    expect((await patch(chair, { frozen: false })).json().state).toBe('in-review');
    await patch(chair, { frozen: true });
    const thawed = await patch(chair, { frozen: false, state: 'drafting' });
    expect(thawed.json()).toMatchObject({ frozen: false, state: 'drafting' });
  });

  it('[A7] chapters are added, renamed, moved, deleted and brought back in order', async () => {
    const document = await newDocument(await newActivity(), 'notes');
    const titles = async (): Promise<string[]> => {
      const { chapters } = (await world.call(member, 'GET', `/documents/${document.id}`)).json();
      expect(chapters.map((c: { position: number }) => c.position)).toEqual([...chapters.keys()]);
      return chapters.map((c: { title: string }) => c.title);
    };
    const added = await world.call(member, 'POST', `/documents/${document.id}/chapters`, {
      title: 'Agenda',
      position: 0,
    });
    expect(added.statusCode).toBe(201);
    expect(await titles()).toEqual(['Agenda', 'Notes', 'Decisions', 'Actions']);
    const path = `/chapters/${added.json().id}`;
    await world.call(member, 'PATCH', path, { title: 'Programme', position: 2 });
    expect(await titles()).toEqual(['Notes', 'Decisions', 'Programme', 'Actions']);
    expect((await world.call(member, 'DELETE', path)).statusCode).toBe(204);
    expect(await titles()).toEqual(['Notes', 'Decisions', 'Actions']);
    expect((await world.call(member, 'GET', path)).statusCode).toBe(404);
    const restored = await world.call(member, 'POST', `${path}/restore`);
    expect(restored.json()).toMatchObject({ title: 'Programme', position: 2 });
    expect(await titles()).toEqual(['Notes', 'Decisions', 'Programme', 'Actions']);
    await world.call(member, 'PATCH', path, { position: 1_000 });
    expect(await titles()).toEqual(['Notes', 'Decisions', 'Actions', 'Programme']);
  });

  it('[A6] freezing is the chair’s, is noted in the log, and thawing restores the state before', async () => {
    const document = await newDocument(await newActivity());
    const id = document.chapters[1].id;
    const head = async (): Promise<number> => {
      const room = await world.workspace.db
        .selectFrom('collab_rooms')
        .select('head')
        .where('chapter_id', '=', id)
        .executeTakeFirstOrThrow();
      return room.head;
    };
    const before = document.chapters[1].state;
    expect(
      (await world.call(member, 'PATCH', `/chapters/${id}`, { frozen: true })).statusCode,
    ).toBe(403);
    expect(await head()).toBe(0);
    const frozen = await world.call(chair, 'PATCH', `/chapters/${id}`, { frozen: true });
    expect(frozen.json()).toMatchObject({ frozen: true, state: 'frozen' });
    expect(await head()).toBe(1);
    expect(world.published).toContainEqual({ type: 'rights', chapterIds: [id] });
    // Again changes nothing, and is no news.
    await world.call(chair, 'PATCH', `/chapters/${id}`, { frozen: true });
    expect(await head()).toBe(1);
    expect((await world.call(member, 'PATCH', `/chapters/${id}`, { title: 'x' })).statusCode).toBe(
      403,
    );
    expect((await world.call(chair, 'PATCH', `/chapters/${id}`, { title: 'x' })).statusCode).toBe(
      200,
    );
    const thawed = await world.call(chair, 'PATCH', `/chapters/${id}`, { frozen: false });
    expect(thawed.json()).toMatchObject({ frozen: false, state: before });
    expect(await head()).toBe(2);
  });

  it('[A5] a deleted document is out of reach with its chapters until the chair restores it', async () => {
    const activityId = await newActivity();
    const document = await newDocument(activityId);
    const path = `/documents/${document.id}`;
    const chapter = `/chapters/${document.chapters[0].id}`;
    expect((await world.call(member, 'DELETE', path)).statusCode).toBe(403);
    expect((await world.call(chair, 'DELETE', path)).statusCode).toBe(204);
    for (const [method, url] of [
      ['GET', path],
      ['GET', chapter],
      ['POST', `${chapter}/restore`],
      ['POST', `${chapter}/ticket`],
    ] as const) {
      expect((await world.call(chair, method, url)).statusCode).toBe(404);
    }
    const seen = (await world.call(chair, 'GET', `/activities/${activityId}`)).json();
    expect(seen.documents).toEqual([]);
    expect(seen.deletedDocuments).toHaveLength(1);
    const others = (await world.call(member, 'GET', `/activities/${activityId}`)).json();
    expect(others.deletedDocuments).toEqual([]);
    expect((await world.call(chair, 'POST', `${path}/restore`)).json().chapters).toHaveLength(
      document.chapters.length,
    );
    expect((await world.call(member, 'GET', chapter)).statusCode).toBe(200);
  });

  it('[A3] an activity keeps a chair', async () => {
    const id = await newActivity();
    const path = `/activities/${id}/members/${chair.email}`;
    expect((await world.call(chair, 'PUT', path, { role: 'member' })).json().code).toBe(
      'last_chair',
    );
    expect((await world.call(chair, 'DELETE', path)).statusCode).toBe(409);
    await world.call(chair, 'PUT', `/activities/${id}/members/${member.email}`, { role: 'chair' });
    expect((await world.call(chair, 'DELETE', path)).statusCode).toBe(204);
    expect((await world.call(chair, 'GET', `/activities/${id}`)).statusCode).toBe(404);
  });

  it('[A4] who is removed or given another role is asked about anew in every open chapter', async () => {
    const id = await newActivity();
    const document = await newDocument(id, 'notes');
    const chapterIds = document.chapters.map((c: { id: string }) => c.id).sort();
    const path = `/activities/${id}/members/${member.email}`;
    const rightsNews = () => {
      const last = world.published.findLast((item) => item.type === 'rights');
      return last?.type === 'rights' ? last.chapterIds.toSorted() : [];
    };
    expect((await world.call(chair, 'PUT', path, { role: 'observer' })).statusCode).toBe(200);
    expect(rightsNews()).toEqual(chapterIds);
    world.published.length = 0;
    expect((await world.call(chair, 'DELETE', path)).statusCode).toBe(204);
    expect(rightsNews()).toEqual(chapterIds);
    expect((await world.call(chair, 'DELETE', path)).statusCode).toBe(404);
  });

  it('[A1] a reviewer sees the named documents until the end of the invitation', async () => {
    const id = await newActivity();
    const named = await newDocument(id);
    const other = await newDocument(id);
    const reviewer = await world.caller('Reviewer');
    const path = `/activities/${id}/members/${reviewer.email}`;
    const until = new Date(world.workspace.clock.now() + 3_600_000).toISOString();
    for (const body of [
      { role: 'reviewer' },
      { role: 'reviewer', documents: ['unknown'] },
      { role: 'reviewer', documents: [named.id], until: 'tomorrow' },
    ]) {
      expect((await world.call(chair, 'PUT', path, body)).statusCode).toBe(422);
    }
    const put = await world.call(chair, 'PUT', path, {
      role: 'reviewer',
      documents: [named.id],
      until,
    });
    expect(put.json()).toMatchObject({ role: 'reviewer', documents: [named.id], until });
    const seen = (await world.call(reviewer, 'GET', `/activities/${id}`)).json();
    expect(seen.documents.map((d: { id: string }) => d.id)).toEqual([named.id]);
    expect(seen.members.every((m: { email: string | null }) => m.email === null)).toBe(true);
    expect((await world.call(reviewer, 'GET', `/documents/${named.id}`)).statusCode).toBe(200);
    expect((await world.call(reviewer, 'GET', `/documents/${other.id}`)).statusCode).toBe(404);
    world.pass(3_600_001);
    expect((await world.call(reviewer, 'GET', `/documents/${named.id}`)).statusCode).toBe(404);
    expect((await world.call(reviewer, 'GET', `/activities/${id}`)).statusCode).toBe(404);
    expect((await world.call(reviewer, 'GET', '/activities')).json().items).toEqual([]);
  });

  it('[A10] what is too long, empty or of the wrong kind is refused with a place', async () => {
    const id = await newActivity();
    const document = await newDocument(id);
    for (const [method, path, body] of [
      ['POST', '/activities', { title: 'x'.repeat(10_000) }],
      ['POST', '/activities', { title: ' \t' }],
      ['POST', '/activities', { title: 7 }],
      ['POST', '/activities', {}],
      ['POST', `/activities/${id}/documents`, { title: 'x'.repeat(10_000) }],
      ['POST', `/activities/${id}/documents`, { title: 'x', template: 'poem' }],
      ['PATCH', `/documents/${document.id}`, { title: 'a\nb' }],
      ['PATCH', `/chapters/${document.chapters[0].id}`, {}],
      ['PATCH', `/chapters/${document.chapters[0].id}`, { position: -1 }],
      ['PUT', `/activities/${id}/members/x@example.org`, { role: 'king' }],
      ['PUT', `/activities/${id}/members/nobody`, { role: 'member' }],
    ] as const) {
      const answer = await world.call(chair, method, path, body);
      expect([path, answer.statusCode, answer.json().code]).toEqual([path, 422, 'invalid_input']);
    }
    const broken = await world.app.inject({
      method: 'POST',
      url: '/api/v1/activities',
      headers: { authorization: `Bearer ${chair.token}`, 'content-type': 'application/json' },
      payload: '{"title":',
    });
    expect([broken.statusCode, broken.json().code]).toEqual([400, 'malformed']);
  });
});
