import type { UpdateLog } from '@plenary/relay';
import { decodeUpdate } from 'yjs';
import { addFile } from './files/files.ts';
import { insertChapter, liveChapters } from './documents/outline.ts';
import { addPerson, findPersonByEmail, type PersonRow } from './people/people.ts';
import { newId } from './secrets.ts';
import { issueLink } from './sign-in/links.ts';
import type { Workspace } from './workspace.ts';
import type { SamplePerson } from '../sample/people.ts';
import type { Sample, SampleChapter } from '../sample/sample.ts';

/** Somebody of the sample with a link that signs in as them. */
export interface SampleSignIn {
  readonly name: string;
  readonly url: string;
}

/** Where the sample's document is and who is in it. */
interface Place {
  readonly documentId: string;
  readonly people: ReadonlyMap<string, PersonRow>;
}

/**
 * Puts the sample into the workspace, unless it is there already, and makes a fresh sign-in link for
 * each of its people. On this machine each link has a host of its own (`ana.localhost`), so that
 * several people fit into one browser. What an earlier run left unfinished is finished.
 */
export async function loadSample(
  ws: Workspace,
  log: UpdateLog,
  sample: Sample,
): Promise<readonly SampleSignIn[]> {
  const people = await ensurePeople(ws, sample);
  for (const document of sample.documents) {
    const place = await ensureDocument(ws, { sample, document, people });
    const urls = await ensureFiles(ws, place, document.files);
    const rows = await liveChapters(ws.db, place.documentId);
    for (const [index, chapter] of document.chapters.entries()) {
      const row = rows[index];
      if (row !== undefined) await writeChapter(log, row.id, { chapter, urls, people });
    }
  }
  const signIns: SampleSignIn[] = [];
  for (const person of sample.people) signIns.push(await signInLink(ws, person, people));
  return signIns;
}

function ensurePeople(ws: Workspace, sample: Sample): Promise<ReadonlyMap<string, PersonRow>> {
  return ws.db.transaction().execute(async (trx) => {
    const people = new Map<string, PersonRow>();
    for (const { key, name, email } of sample.people) {
      const now = ws.clock.now();
      const person =
        (await findPersonByEmail(trx, email)) ??
        (await addPerson(trx, { name, email, state: 'active', now }));
      people.set(key, person);
    }
    return people;
  });
}

function ensureDocument(
  ws: Workspace,
  wanted: {
    readonly sample: Sample;
    readonly document: Sample['documents'][number];
    readonly people: ReadonlyMap<string, PersonRow>;
  },
): Promise<Place> {
  const { sample, document, people } = wanted;
  const { reference, title, type } = sample.activity;
  return ws.db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('activities')
      .innerJoin('documents', 'documents.activity_id', 'activities.id')
      .select('documents.id')
      .where('activities.reference', '=', reference)
      .where('documents.title', '=', document.title)
      .executeTakeFirst();
    if (known !== undefined) return { documentId: known.id, people };
    const now = ws.clock.now();
    const chair = chairOf(sample, people);
    const stamp = { created_at: now, created_by: chair.id };
    const activityId = newId();
    await trx
      .insertInto('activities')
      .values({ id: activityId, title, type, reference, ...stamp })
      .execute();
    for (const { key, role } of sample.people) {
      const personId = people.get(key)?.id ?? chair.id;
      await trx
        .insertInto('memberships')
        .values({ activity_id: activityId, person_id: personId, role, until: null, ...stamp })
        .execute();
    }
    const documentId = newId();
    await trx
      .insertInto('documents')
      .values({
        id: documentId,
        activity_id: activityId,
        title: document.title,
        template: 'blank',
        version: 0,
        ...stamp,
        updated_at: now,
        deleted_at: null,
      })
      .execute();
    for (const [position, chapter] of document.chapters.entries()) {
      await insertChapter(trx, { documentId, title: chapter.title, position, now });
    }
    return { documentId, people };
  });
}

/** Addresses of the document's pictures by their names; those that are missing are stored first. */
async function ensureFiles(
  ws: Workspace,
  { documentId, people }: Place,
  files: Sample['documents'][number]['files'],
): Promise<ReadonlyMap<string, string>> {
  const rows = await ws.db
    .selectFrom('files')
    .select(['id', 'name'])
    .where('document_id', '=', documentId)
    .execute();
  const urls = new Map(rows.map(({ id, name }) => [name, `/api/v1/files/${id}`]));
  const [owner] = people.values();
  for (const { name, bytes } of files) {
    if (urls.has(name) || owner === undefined) continue;
    const added = await addFile(ws, { documentId, personId: owner.id }, { name, bytes });
    if (!added.ok) throw new Error(`the sample's picture ${name} is not accepted`);
    urls.set(name, added.value.url);
  }
  return urls;
}

/** Writes a chapter's updates under their authors, if nothing was ever written in it. */
async function writeChapter(
  log: UpdateLog,
  chapterId: string,
  content: {
    readonly chapter: SampleChapter;
    readonly urls: ReadonlyMap<string, string>;
    readonly people: ReadonlyMap<string, PersonRow>;
  },
): Promise<void> {
  const room = await log.load(chapterId);
  if (room === null || room.head > 0) return;
  const seen = new Set<number>();
  const updates = content.chapter.updates((name) => urlOf(content.urls, name));
  const rows = updates.map(({ personKey, bytes }) => {
    const personId = content.people.get(personKey)?.id;
    if (personId === undefined) throw new Error(`nobody in the sample is called ${personKey}`);
    const clients = new Set(decodeUpdate(bytes).structs.map((struct) => struct.id.client));
    const newClients = [...clients].filter((client) => !seen.has(client));
    for (const client of newClients) seen.add(client);
    return { personId, via: 'link', bytes, newClients } as const;
  });
  const result = await log.append(chapterId, {
    generation: room.generation,
    expectedHead: 0,
    rows,
  });
  if (result.type === 'full') {
    throw new Error('the sample could not be stored', { cause: result.cause });
  }
}

function urlOf(urls: ReadonlyMap<string, string>, name: string): string {
  const url = urls.get(name);
  if (url === undefined) throw new Error(`the sample has no picture ${name}`);
  return url;
}

function chairOf(sample: Sample, people: ReadonlyMap<string, PersonRow>): PersonRow {
  const key = sample.people.find((person) => person.role === 'chair')?.key ?? '';
  const chair = people.get(key);
  if (chair === undefined) throw new Error('the sample has no chair');
  return chair;
}

async function signInLink(
  ws: Workspace,
  person: SamplePerson,
  people: ReadonlyMap<string, PersonRow>,
): Promise<SampleSignIn> {
  const { url } = await ws.db.transaction().execute((trx) =>
    issueLink(trx, {
      kind: 'sign-in',
      personId: people.get(person.key)?.id ?? null,
      via: 'link',
      now: ws.clock.now(),
      publicUrl: ownHost(ws.publicUrl, person.key),
    }),
  );
  return { name: person.name, url };
}

/** The server's address under a host of the person's own, when it is on this machine. */
function ownHost(publicUrl: string, key: string): string {
  const url = new URL(publicUrl);
  const isHere = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'].includes(url.hostname);
  if (!isHere) return publicUrl;
  url.hostname = `${key}.localhost`;
  return url.origin;
}
