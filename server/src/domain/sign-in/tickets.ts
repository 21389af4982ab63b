import type { Identity, Ticket } from '@plenary/protocol';
import { HOUR_MS, SECOND_MS, toTimestamp } from '../moments.ts';
import { done, refuse, type Result } from '../result.ts';
import { drawSecret, hashSecret, newId } from '../secrets.ts';
import type { Workspace } from '../workspace.ts';
import type { SignedIn } from './identify.ts';

/** A ticket has to be used for the first time within this. */
const TICKET_REDEEM_MS = 60 * SECOND_MS;

/** For so long a redeemed ticket is good for reconnecting: a stock provider repeats its URL. */
const TICKET_LIFE_MS = 12 * HOUR_MS;

/**
 * Makes a ticket for one chapter, for clients that can set neither cookie nor header. It dies with
 * the session or token it was made with. That the person may read the chapter is checked before, and
 * again at every connection.
 */
export async function issueTicket(
  ws: Workspace,
  person: SignedIn,
  chapterId: string,
): Promise<Ticket> {
  const { secret, hash } = drawSecret();
  const now = ws.clock.now();
  await ws.db
    .insertInto('tickets')
    .values({
      id: newId(),
      person_id: person.personId,
      chapter_id: chapterId,
      secret_hash: hash,
      via: person.via,
      session_id: person.credential.kind === 'session' ? person.credential.id : null,
      token_id: person.credential.kind === 'token' ? person.credential.id : null,
      redeem_by: now + TICKET_REDEEM_MS,
      expires_at: now + TICKET_LIFE_MS,
      redeemed_at: null,
    })
    .execute();
  return { ticket: secret, expiresAt: toTimestamp(now + TICKET_REDEEM_MS) };
}

/** Who a ticket stands for, and the session or token it came from. */
export interface TicketHolder {
  readonly identity: Identity;
  /** Id of the session or token: when that ends, so do the connections made with the ticket. */
  readonly credentialId: string;
}

/**
 * Redeems a ticket for a chapter, for the first time or again. `unauthenticated` when it is unknown,
 * came too late or has expired; `forbidden` when it is for another chapter.
 */
export async function redeemTicket(
  { db, clock }: Workspace,
  secret: string,
  chapterId: string,
): Promise<Result<TicketHolder>> {
  const now = clock.now();
  const row = await db
    .selectFrom('tickets')
    .innerJoin('people', 'people.id', 'tickets.person_id')
    .leftJoin('sessions', 'sessions.id', 'tickets.session_id')
    .select(['tickets.id', 'tickets.person_id', 'tickets.chapter_id', 'tickets.via'])
    .select(['tickets.redeem_by', 'tickets.redeemed_at'])
    .select(['tickets.session_id', 'tickets.token_id', 'people.name', 'people.color'])
    .where('tickets.secret_hash', '=', hashSecret(secret))
    .where('tickets.expires_at', '>', now)
    .where((eb) =>
      eb.or([eb('tickets.session_id', 'is', null), eb('sessions.expires_at', '>', now)]),
    )
    .where('people.state', '=', 'active')
    .executeTakeFirst();
  const credentialId = row?.session_id ?? row?.token_id;
  if (row === undefined || credentialId === undefined || credentialId === null) {
    return refuse('unauthenticated');
  }
  if (row.chapter_id !== chapterId) return refuse('forbidden');
  if (row.redeemed_at === null) {
    if (row.redeem_by < now) return refuse('unauthenticated');
    await db.updateTable('tickets').set({ redeemed_at: now }).where('id', '=', row.id).execute();
  }
  const { person_id: personId, name, color, via } = row;
  return done({ identity: { personId, name, color, via }, credentialId });
}
