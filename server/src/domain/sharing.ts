/** Answers one key at a time; see `shareLookups`. */
export type Lookup<V> = (key: string) => Promise<V>;

/**
 * Lets everybody who asks about the same key within one turn of the event loop share one lookup. It
 * starts after all of them asked, so that no answer is older than its question; a later question
 * looks anew. An opening storm then costs little.
 */
export function shareLookups<V>(lookUp: Lookup<V>): Lookup<V> {
  const waiting = new Map<string, Promise<V>>();
  return (key) => {
    const shared = waiting.get(key);
    if (shared !== undefined) return shared;
    const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      waiting.delete(key);
      return lookUp(key);
    });
    waiting.set(key, answer);
    return answer;
  };
}
