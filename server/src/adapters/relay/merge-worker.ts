/** Worker thread that merges and compares large Yjs updates. */
import {
  compact,
  cutUpdate,
  diff,
  impliedDeletions,
  mergeUpdates,
  outline,
  summarise,
  type ClockRange,
  type UpdateOutline,
  type UpdateSummary,
} from '@plenary/relay';
import { serveRequests } from '../threads/worker-messages.ts';

/** What this thread is asked; the bytes are transferred. */
export type MergeRequest =
  | { readonly type: 'merge'; readonly updates: readonly Uint8Array[] }
  | { readonly type: 'compact'; readonly updates: readonly Uint8Array[] }
  | { readonly type: 'diff'; readonly update: Uint8Array; readonly stateVector: Uint8Array }
  | { readonly type: 'implied-deletions'; readonly update: Uint8Array }
  | { readonly type: 'outline'; readonly update: Uint8Array }
  | {
      readonly type: 'cut';
      readonly update: Uint8Array;
      readonly keep: readonly ClockRange[];
      readonly deletions: Uint8Array;
    }
  | { readonly type: 'summarise'; readonly update: Uint8Array };

function work(request: MergeRequest): Uint8Array | UpdateSummary | UpdateOutline | null {
  switch (request.type) {
    case 'merge':
      return mergeUpdates(request.updates);
    case 'compact':
      return compact(request.updates);
    case 'diff':
      return diff(request.update, request.stateVector);
    case 'implied-deletions':
      return impliedDeletions(request.update);
    case 'outline':
      return outline(request.update);
    case 'cut':
      return cutUpdate(request.update, request.keep, request.deletions);
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
