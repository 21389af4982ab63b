/** Lets one through at a time, in the order of asking, with a bounded queue. */
export interface Turnstile {
  /**
   * Resolves when it is the caller's turn, to a function that ends the turn (safe to call twice).
   * Rejects with `QueueFullError` at once when too many are waiting already.
   */
  enter(): Promise<() => void>;
  readonly waiting: number;
}

/** Too many callers wait for the database: the server is overloaded, try again later. */
export class QueueFullError extends Error {
  readonly code = 'DATABASE_BUSY';
}

/** A turnstile at which at most `limit` callers wait. */
export function createTurnstile(limit: number): Turnstile {
  const queue: ((leave: () => void) => void)[] = [];
  let occupied = false;

  const pass = (admit: (leave: () => void) => void): void => {
    let left = false;
    admit(() => {
      if (left) return;
      left = true;
      const next = queue.shift();
      if (next === undefined) occupied = false;
      else pass(next);
    });
  };

  return {
    enter() {
      return new Promise((resolve, reject) => {
        if (!occupied) {
          occupied = true;
          pass(resolve);
        } else if (queue.length >= limit) {
          reject(new QueueFullError('too many requests wait for the database'));
        } else {
          queue.push(resolve);
        }
      });
    },
    get waiting() {
      return queue.length;
    },
  };
}
