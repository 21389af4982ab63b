import type { IncomingMessage } from 'node:http';
import type { UpgradeAnswer } from '../adapters/relay/collab-upgrade.ts';
import { createIdentify, type SignedIn } from '../domain/sign-in/identify.ts';
import { redeemTicket } from '../domain/sign-in/tickets.ts';
import type { Workspace } from '../domain/workspace.ts';
import { credentialsOf, isFromOurPages } from './credentials.ts';

/** Longest ticket that is looked at; ours have 43 characters. */
const TICKET_MAX_LENGTH = 128;

/**
 * Says who asks for a collab socket: by `?ticket=` (for its one chapter), by bearer token, or by
 * cookie from one of our own pages. What it answers is checked against the chapter by the relay.
 */
export function createUpgradeAuthenticator(
  workspace: Workspace,
): (request: IncomingMessage, chapterId: string | null) => Promise<UpgradeAnswer> {
  const identifyUpgrade = createUpgradeIdentifier(workspace);
  return async (request, chapterId) => {
    const ticket = ticketOf(request);
    if (ticket !== null) return withTicket(workspace, ticket, chapterId);
    const who = await identifyUpgrade(request);
    if (!who.ok) return who;
    const { personId, name, color, via, credential } = who.person;
    return { ok: true, identity: { personId, name, color, via }, sessionId: credential.id };
  };
}

/** Who asks for a socket, or the reason why they may not have one. */
export type UpgradeIdentity =
  | { readonly ok: true; readonly person: SignedIn }
  | { readonly ok: false; readonly reason: 'unauthenticated' | 'forbidden' };

/**
 * Says who asks for a socket by bearer token or cookie; cookies count from our own pages only. A page
 * that names its person in `?person=` is let in as that person or not at all: the cookie is that of
 * the whole browser, and somebody else may have signed in there since the page was opened.
 */
export function createUpgradeIdentifier(
  workspace: Workspace,
): (request: IncomingMessage) => Promise<UpgradeIdentity> {
  const identify = createIdentify(workspace);
  return async (request) => {
    const { headers } = request;
    const credentials = credentialsOf(headers);
    if (credentials === null) return { ok: false, reason: 'unauthenticated' };
    if (credentials.kind === 'session' && !isFromOurPages(headers, workspace.publicUrl)) {
      return { ok: false, reason: 'forbidden' };
    }
    const person = await identify(credentials);
    const named = queryOf(request).get('person');
    if (person === null || (named !== null && named !== person.personId)) {
      return { ok: false, reason: 'unauthenticated' };
    }
    return { ok: true, person };
  };
}

async function withTicket(
  workspace: Workspace,
  ticket: string,
  chapterId: string | null,
): Promise<UpgradeAnswer> {
  // A ticket is for the stock protocol with its one chapter in the path.
  if (chapterId === null) return { ok: false, reason: 'unauthenticated' };
  const holder = await redeemTicket(workspace, ticket, chapterId);
  if (!holder.ok) {
    const reason = holder.code === 'forbidden' ? 'forbidden' : 'unauthenticated';
    return { ok: false, reason };
  }
  return { ok: true, identity: holder.value.identity, sessionId: holder.value.credentialId };
}

function ticketOf(request: IncomingMessage): string | null {
  const ticket = queryOf(request).get('ticket');
  return ticket === null || ticket.length > TICKET_MAX_LENGTH ? null : ticket;
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? '').split('?', 2)[1]);
}
