import type { Access, Identity } from '@plenary/protocol';
import type { Authority } from '@plenary/relay';

/** An Authority whose answers a test sets; everybody may write unless told otherwise. */
export class FakeAuthority implements Authority {
  readonly #answers = new Map<string, Access>();
  /** Answer for whoever was not named. */
  fallback: Access = { mode: 'write' };
  /** Questions asked so far. */
  asked = 0;
  /** When set, the next questions reject with it. */
  error: Error | null = null;

  /** Sets what a person may do; in one chapter, or everywhere when none is given. */
  set(personId: string, access: Access, chapterId = '*'): void {
    this.#answers.set(`${personId} ${chapterId}`, access);
  }

  async accessOf(identity: Identity, chapterId: string): Promise<Access> {
    this.asked += 1;
    await Promise.resolve();
    if (this.error !== null) throw this.error;
    return (
      this.#answers.get(`${identity.personId} ${chapterId}`) ??
      this.#answers.get(`${identity.personId} *`) ??
      this.fallback
    );
  }
}
