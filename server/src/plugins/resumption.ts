import type { ServerOptions } from 'socket.io';
import type { RedisLink } from '../adapters/redis/redis-link.ts';
import { createSocketAdapter, type KeptSession } from '../adapters/redis/socket-adapter.ts';
import type { SignedIn } from '../domain/sign-in/identify.ts';
import type { Workspace } from '../domain/workspace.ts';
import { watchesOf } from './workspace-rooms.ts';
import { mayWatch } from './workspace-watches.ts';

/** A connection that broke may come back with its state within this time. */
const RESUMPTION_MS = 120_000;

/**
 * Options of a socket.io server among several nodes: events over Redis streams, and connections that
 * broke get what they missed at whichever node they come back to, unless their rights have changed.
 */
export function resumption(
  workspace: Workspace,
  { link, url }: { readonly link: RedisLink; readonly url: string },
): Partial<ServerOptions> {
  const mayResume = async ({ rooms, data }: KeptSession): Promise<boolean> => {
    const person = personIn(data);
    if (person === null) return false;
    for (const what of watchesOf(rooms).values()) {
      if (!(await mayWatch(workspace, person, what)).ok) return false;
    }
    return true;
  };
  return {
    adapter: createSocketAdapter(link, { url, mayResume }),
    // Who signs in is asked each time: a session may have ended meanwhile.
    connectionStateRecovery: {
      maxDisconnectionDuration: RESUMPTION_MS,
      skipMiddlewares: false,
    },
  };
}

/** The person a connection belonged to; we wrote it, and only nodes of ours can. */
function personIn(data: unknown): SignedIn | null {
  if (typeof data !== 'object' || data === null || !('person' in data)) return null;
  return data.person as SignedIn;
}
