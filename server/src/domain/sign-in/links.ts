import type { LinkInfo } from '@plenary/protocol';
import type { LinksTable } from '../../adapters/sql/workspace-tables.ts';
import { DAY_MS, HOUR_MS, toTimestamp } from '../moments.ts';
import { hasAdministrator } from '../people/people.ts';
import { done, refuse, type Result } from '../result.ts';
import { drawSecret, hashSecret, newId } from '../secrets.ts';
import type { Queries, Trx, Workspace } from '../workspace.ts';

/** How long each kind of link can be used. */
const LINK_LIFE_MS: Readonly<Record<LinksTable['kind'], number>> = {
  'set-up': 7 * DAY_MS,
  invitation: 14 * DAY_MS,
  'password-reset': HOUR_MS,
  'sign-in': DAY_MS,
};

/** A link that was just made: the only time its address is known. */
export interface NewLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: number;
}

/** Makes a one-time link, in the caller's transaction. */
export async function issueLink(
  trx: Trx,
  link: {
    readonly kind: LinksTable['kind'];
    readonly personId: string | null;
    readonly activityId?: string;
    readonly via: LinksTable['via'];
    readonly now: number;
    readonly publicUrl: string;
  },
): Promise<NewLink> {
  const { secret, hash } = drawSecret();
  const id = newId();
  const expiresAt = link.now + LINK_LIFE_MS[link.kind];
  await trx
    .insertInto('links')
    .values({
      id,
      kind: link.kind,
      person_id: link.personId,
      activity_id: link.activityId ?? null,
      secret_hash: hash,
      via: link.via,
      created_at: link.now,
      expires_at: expiresAt,
      spent_at: null,
    })
    .execute();
  return { id, url: linkUrl(link.publicUrl, secret), expiresAt };
}

/** Voids every link that waits for a person, such as one in a mailbox that others read. */
export async function voidLinks(trx: Trx, personId: string, now: number): Promise<void> {
  await trx
    .updateTable('links')
    .set({ spent_at: now })
    .where('spent_at', 'is', null)
    .where('person_id', '=', personId)
    .execute();
}

/**
 * The address of a link. The secret is in the fragment, which browsers send to nobody: it is in no
 * log and no referrer, and a mail scanner that fetches the address spends nothing.
 */
function linkUrl(publicUrl: string, secret: string): string {
  return `${publicUrl}/link#${secret}`;
}

/**
 * Makes the set-up link of the first administrator and voids earlier ones; null when the system has
 * an administrator. To be printed at every start until somebody has used it.
 */
export function issueSetUpLink(ws: Workspace): Promise<NewLink | null> {
  return ws.db.transaction().execute(async (trx) => {
    if (await hasAdministrator(trx)) return null;
    await trx.deleteFrom('links').where('kind', '=', 'set-up').execute();
    const { publicUrl, clock } = ws;
    return issueLink(trx, {
      kind: 'set-up',
      personId: null,
      via: 'link',
      now: clock.now(),
      publicUrl,
    });
  });
}

/** A link that can be used now, with whom and what it is for; undefined when there is none. */
export function findUsableLink(db: Queries, secret: string, now: number) {
  return db
    .selectFrom('links')
    .leftJoin('people', 'people.id', 'links.person_id')
    .leftJoin('activities', 'activities.id', 'links.activity_id')
    .selectAll('links')
    .select(['people.email', 'people.name', 'activities.title as activity'])
    .where('links.secret_hash', '=', hashSecret(secret))
    .where('links.spent_at', 'is', null)
    .where('links.expires_at', '>', now)
    .where((eb) => eb.or([eb('links.person_id', 'is', null), eb('people.state', '!=', 'disabled')]))
    .executeTakeFirst();
}

/** What the page of a link has to ask for. Looking does not spend it. */
export async function inspectLink(
  { db, clock }: Workspace,
  secret: string,
): Promise<Result<LinkInfo>> {
  const link = await findUsableLink(db, secret, clock.now());
  if (link === undefined) return refuse('link_spent');
  return done({
    kind: link.kind,
    email: link.email,
    name: link.name,
    activity: link.activity,
    expiresAt: toTimestamp(link.expires_at),
  });
}
