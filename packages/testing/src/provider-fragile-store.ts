import type { LocalStore } from '@plenary/provider';
import type { Clock } from '@plenary/relay';

/**
 * A page's store whose calls take time and which dies with its page: after `kill` nothing is begun,
 * and what was under way stays without an answer, as in a browser that was closed.
 */
export interface FragileStore {
  readonly store: LocalStore;
  kill(): void;
}

/** Wraps a store; `delay` draws the milliseconds before each call begins. */
export function fragileStore(options: {
  readonly store: LocalStore;
  readonly clock: Clock;
  readonly delay: () => number;
}): FragileStore {
  const { store, clock, delay } = options;
  let isDead = false;
  const later = <T>(begin: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      clock.after(delay(), () => {
        if (isDead) return;
        begin().then((result) => {
          if (!isDead) resolve(result);
        }, reject);
      });
    });
  return {
    kill: () => {
      isDead = true;
      void store.close();
    },
    store: {
      durable: store.durable,
      load: (chapterId) => later(() => store.load(chapterId)),
      peek: (chapterId) => later(() => store.peek(chapterId)),
      addUnsent: (chapterId, edit) => later(() => store.addUnsent(chapterId, edit)),
      acknowledge: (chapterId, keys) => later(() => store.acknowledge(chapterId, keys)),
      setAside: (chapterId, keys, draft) => later(() => store.setAside(chapterId, keys, draft)),
      advance: (chapterId, to) => later(() => store.advance(chapterId, to)),
      replace: (chapterId, by) => later(() => store.replace(chapterId, by)),
      removeDraft: (chapterId, id) => later(() => store.removeDraft(chapterId, id)),
      size: () => later(() => store.size()),
      watch: (listener) =>
        store.watch((chapterId) => {
          if (!isDead) listener(chapterId);
        }),
      drop: (chapterId) => later(() => store.drop(chapterId)),
      close: () => (isDead ? Promise.resolve() : store.close()),
    },
  };
}
