/** Answers one key at a time; see `shareLookups`. */
export type Lookup<V> = (key: string) => Promise<V>;

/** How long questions are gathered when others came while a lookup of the same key was running. */
const GATHER_MS = 5;

/**
 * Lets everybody who asks about the same key share one lookup. It starts after all of them asked, so
 * that no answer is older than its question, and one at a time for a key: who asks while one is
 * running shares the next. An opening storm then costs a few lookups, and a single question waits
 * for nothing but the end of its turn of the event loop. Nothing is held between questions.
 */
export function shareLookups<V>(lookUp: Lookup<V>): Lookup<V> {
  /** Lookups that have not begun. */
  const waiting = new Map<string, Promise<V>>();
  /** Lookups that are running; these never reject. */
  const running = new Map<string, Promise<void>>();

  const begin = async (key: string): Promise<V> => {
    const earlier = running.get(key);
    if (earlier === undefined) await endOfTurn();
    else await earlier.then(() => pause(GATHER_MS));
    waiting.delete(key);
    const answer = lookUp(key);
    const isOver = answer.then(
      () => void running.delete(key),
      () => void running.delete(key),
    );
    running.set(key, isOver);
    return answer;
  };

  return (key) => {
    const shared = waiting.get(key);
    if (shared !== undefined) return shared;
    const answer = begin(key);
    waiting.set(key, answer);
    return answer;
  };
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
