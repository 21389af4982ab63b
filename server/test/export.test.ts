import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSample } from '../src/domain/sample.ts';
import { readSample } from '../src/sample/sample.ts';
import { openApiWorld, type ApiWorld, type Caller } from './api-world.ts';

describe('the sample, and exports', () => {
  let world: ApiWorld;
  let ana: Caller;
  let documentId: string;

  beforeAll(async () => {
    world = await openApiWorld({ publicUrl: 'http://127.0.0.1:3000' });
    const sample = readSample();
    await loadSample(world.workspace, world.log, sample);
    // Twice: nothing is doubled, and everybody gets a fresh link.
    const signIns = await loadSample(world.workspace, world.log, sample);
    expect(signIns.map(({ name, url }) => [name, url.split('/link#')[0]])).toEqual([
      ['Ana Ferreira', 'http://ana.localhost:3000'],
      ['Björn Lindqvist', 'http://bjorn.localhost:3000'],
      ['Chiyo Tanaka', 'http://chiyo.localhost:3000'],
    ]);
    const token = signIns[0]?.url.split('#')[1] ?? '';
    const session = await world.call(null, 'POST', '/links/redeem', { token });
    const cookie = session.cookies[0]?.value ?? '';
    const made = await world.app.inject({
      method: 'POST',
      url: '/api/v1/me/tokens',
      headers: { cookie: `plenary_session=${cookie}` },
      payload: { label: 'test' },
    });
    ana = { email: '', personId: session.json().person.id, token: made.json().token };
    const [activity] = (await world.call(ana, 'GET', '/activities')).json().items;
    expect(activity).toMatchObject({ reference: 'SAMPLE-901', role: 'chair' });
    const details = (await world.call(ana, 'GET', `/activities/${activity.id}`)).json();
    expect(details.members).toHaveLength(3);
    expect(details.documents).toHaveLength(1);
    documentId = details.documents[0].id;
  });
  afterAll(() => world.close());

  it('the sample’s chapters are written by several people, once', async () => {
    const rows = await world.workspace.db
      .selectFrom('collab_log')
      .innerJoin('chapters', 'chapters.id', 'collab_log.chapter_id')
      .select(['collab_log.chapter_id', 'collab_log.person_id'])
      .where('chapters.document_id', '=', documentId)
      .execute();
    expect(new Set(rows.map((row) => row.chapter_id)).size).toBe(8);
    expect(new Set(rows.map((row) => row.person_id)).size).toBe(3);
    const owners = await world.workspace.db.selectFrom('collab_clients').selectAll().execute();
    expect(owners.length).toBeGreaterThanOrEqual(8);
  });

  it('a document is exported as Markdown', async () => {
    const answer = await world.call(ana, 'GET', `/documents/${documentId}/export?format=md`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename\*=UTF-8''Resilient.*\.md$/,
    );
    expect(answer.body.split(/\s+/).length).toBeGreaterThan(5_000);
    expect(answer.body).toContain('## Executive summary');
  });

  it('as an HTML page that stands alone, its pictures inside', async () => {
    const answer = await world.call(ana, 'GET', `/documents/${documentId}/export?format=html`);
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    expect(answer.body).toContain('data:image/png;base64,');
    expect(answer.body).not.toContain('/api/v1/files/');
    expect(answer.body).not.toMatch(/<script/i);
  });

  it('and as JSON', async () => {
    const answer = await world.call(ana, 'GET', `/documents/${documentId}/export?format=json`);
    expect(answer.json()).toMatchObject({ format: 'plenary.report', version: 1 });
    expect(answer.json().chapters).toHaveLength(8);
  });

  it('refuses other formats, and people who may not read the document', async () => {
    const pdf = await world.call(ana, 'GET', `/documents/${documentId}/export?format=pdf`);
    expect([pdf.statusCode, pdf.json().code]).toEqual([501, 'not_available']);
    const poem = await world.call(ana, 'GET', `/documents/${documentId}/export?format=poem`);
    expect(poem.statusCode).toBe(422);
    const stranger = await world.caller('Stranger');
    const hidden = await world.call(stranger, 'GET', `/documents/${documentId}/export?format=md`);
    expect(hidden.statusCode).toBe(404);
  });
});
