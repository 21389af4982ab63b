import { Watch, WATCHES_MAX, type WatchAnswer } from '@plenary/protocol';
import type { FastifyBaseLogger } from 'fastify';
import { Compile } from 'typebox/compile';
import { decide } from '../domain/access/decide.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';
import type { Workspace } from '../domain/workspace.ts';
import type { DocumentPresence } from './document-presence.ts';
import { refOf, roomOf, type WorkspaceSocket } from './workspace-rooms.ts';

/** Messages a connection may send in a window; a person who clicks through documents sends few. */
const MESSAGES_PER_WINDOW = 100;
const WINDOW_MS = 10_000;

const watchCheck = Compile(Watch);

/** What watching works with. */
export interface WatchContext {
  readonly workspace: Workspace;
  readonly presence: DocumentPresence;
  readonly logger: FastifyBaseLogger;
}

/** Answers `watch` and `unwatch` of one connection, and tells others when it goes. */
export function serveWatches(socket: WorkspaceSocket, context: WatchContext): void {
  let left = MESSAGES_PER_WINDOW;
  let windowEnds = 0;
  socket.use((_packet, next) => {
    const now = Date.now();
    if (now >= windowEnds) {
      left = MESSAGES_PER_WINDOW;
      windowEnds = now + WINDOW_MS;
    }
    left -= 1;
    if (left >= 0) next();
    else socket.disconnect(true);
  });

  socket.on('watch', (what: unknown, answer: unknown) => {
    const reply = (result: WatchAnswer): void => {
      if (typeof answer === 'function') answer(result);
    };
    watch(socket, context, what).then(reply, (error: unknown) => {
      context.logger.error({ err: error }, 'a watch failed');
      reply({ ok: false, code: 'internal' });
    });
  });
  socket.on('unwatch', (what: unknown) => {
    if (watchCheck.Check(what)) stopWatching(socket, context.presence, what);
  });
  socket.on('disconnecting', () => {
    for (const watched of socket.data.watches.values()) {
      // The connection still counts until it has gone: told a moment later.
      const { kind, id } = refOf(watched);
      if (kind === 'document') setImmediate(() => context.presence.changed(id));
    }
  });
}

/** Ends one watch of a connection. */
export function stopWatching(
  socket: WorkspaceSocket,
  presence: DocumentPresence,
  what: Watch,
): void {
  const { kind, id } = refOf(what);
  const room = roomOf(kind, id);
  if (!socket.data.watches.delete(room)) return;
  void socket.leave(room);
  if (kind === 'document') presence.changed(id);
}

/** Whether a person may watch something: whoever may read it. */
export async function mayWatch(
  { db, clock }: Workspace,
  person: SignedIn,
  what: Watch,
): Promise<WatchAnswer> {
  const ref = refOf(what);
  const decision = await decide(db, {
    personId: person.personId,
    act: ref.kind === 'activity' ? 'activity.read' : 'document.read',
    ref,
    now: clock.now(),
  });
  return decision.ok ? { ok: true } : { ok: false, code: decision.code };
}

async function watch(
  socket: WorkspaceSocket,
  { workspace, presence }: WatchContext,
  what: unknown,
): Promise<WatchAnswer> {
  if (!watchCheck.Check(what)) return { ok: false, code: 'invalid_input' };
  const { kind, id } = refOf(what);
  const room = roomOf(kind, id);
  const { watches } = socket.data;
  if (watches.has(room)) return { ok: true };
  if (watches.size >= WATCHES_MAX) return { ok: false, code: 'rate_limited' };
  // Joined before asking: a loss of rights meanwhile finds it among the watches and ends it.
  watches.set(room, what);
  const answer = await mayWatch(workspace, socket.data.person, what);
  if (!answer.ok) {
    watches.delete(room);
    return answer;
  }
  if (!socket.connected || !watches.has(room)) return { ok: false, code: 'not_found' };
  await socket.join(room);
  if (kind === 'document') presence.changed(id);
  return answer;
}
