import type { LiveReplica } from './live-replica.ts';
import type { Replica } from './types.ts';

/** One user's view of a replica that several may share; `leave` is called once, by its `close`. */
export function shareReplica(replica: LiveReplica, leave: () => Promise<void>): Replica {
  let left: Promise<void> | null = null;
  return {
    chapterId: replica.chapterId,
    whenLoaded: replica.whenLoaded,
    get doc() {
      return replica.text.doc;
    },
    get awareness() {
      return replica.text.awareness;
    },
    get state() {
      return replica.state;
    },
    get access() {
      return replica.access;
    },
    get drafts() {
      return replica.drafts;
    },
    onChange: (listener) => replica.changes.add(listener),
    onReplaced: (listener) => replica.text.replacements.add(listener),
    discardDraft: (id) => replica.discardDraft(id),
    close: () => {
      left ??= leave();
      return left;
    },
  };
}
