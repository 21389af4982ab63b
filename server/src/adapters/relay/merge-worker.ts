/** Worker thread that merges and compares large Yjs updates. */
import {
  compact,
  diff,
  impliedDeletions,
  mergeUpdates,
  summarise,
  type UpdateSummary,
} from '@plenary/relay';
import { serveRequests } from '../threads/worker-messages.ts';

/** What this thread is asked; the bytes are transferred. */
export type MergeRequest =
  | { readonly type: 'merge'; readonly updates: readonly Uint8Array[] }
  | { readonly type: 'compact'; readonly updates: readonly Uint8Array[] }
  | { readonly type: 'diff'; readonly update: Uint8Array; readonly stateVector: Uint8Array }
  | { readonly type: 'implied-deletions'; readonly update: Uint8Array }
  | { readonly type: 'summarise'; readonly update: Uint8Array };

function work(request: MergeRequest): Uint8Array | UpdateSummary {
  switch (request.type) {
    case 'merge':
      return mergeUpdates(request.updates);
    case 'compact':
      return compact(request.updates);
    case 'diff':
      return diff(request.update, request.stateVector);
    case 'implied-deletions':
      return impliedDeletions(request.update);
    case 'summarise':
      return summarise(request.update);
    default:
      return request satisfies never;
  }
}

serveRequests(
  (message, reply) => {
    const result = work(message as MergeRequest); // only this process's own merger writes to this port
    reply.ok(result instanceof Uint8Array ? result.slice() : result);
  },
  () => undefined,
);
