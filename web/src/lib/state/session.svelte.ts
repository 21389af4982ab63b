import type { Person, Session } from '@plenary/protocol';
import { createContext } from 'svelte';
import { readSession, signOut } from '#lib/api/door.ts';
import { ProblemError } from '#lib/api/problem-error.ts';

/** Who uses this page: not yet known, nobody, somebody, or the server could not be asked. */
export type SessionStatus =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'out'; readonly ended: boolean }
  | { readonly kind: 'in'; readonly session: Session }
  | { readonly kind: 'unreachable'; readonly error: unknown };

/** The session of this browser, as the page knows it. */
export class SessionState {
  #status = $state.raw<SessionStatus>({ kind: 'unknown' });

  get status(): SessionStatus {
    return this.#status;
  }

  /** The signed-in person, or null. */
  get person(): Person | null {
    return this.#status.kind === 'in' ? this.#status.session.person : null;
  }

  /** Whether the server sends mail; false also while nobody is signed in. */
  get sendsMail(): boolean {
    return this.#status.kind === 'in' && this.#status.session.sendsMail;
  }

  /** Asks the server who is signed in. Never throws: the status says what came of it. */
  async load(): Promise<SessionStatus> {
    try {
      this.#status = { kind: 'in', session: await readSession() };
    } catch (error) {
      const isOut = error instanceof ProblemError && error.code === 'unauthenticated';
      this.#status = isOut ? { kind: 'out', ended: false } : { kind: 'unreachable', error };
    }
    return this.#status;
  }

  /** Takes over a session that a sign-in or a link has just begun. */
  begin(session: Session): void {
    this.#status = { kind: 'in', session };
  }

  /** Takes over what the person changed about themselves. */
  update(person: Person): void {
    if (this.#status.kind !== 'in') return;
    this.#status = { kind: 'in', session: { ...this.#status.session, person } };
  }

  /** The server said that the session is over: ended elsewhere, or expired. */
  ended(): void {
    this.#status = { kind: 'out', ended: true };
  }

  /**
   * Signs out here. A session that is over already counts as signed out.
   *
   * @throws {ProblemError} when the server could not be told; the person is then still signed in.
   */
  async end(): Promise<void> {
    try {
      await signOut();
    } catch (error) {
      if (!(error instanceof ProblemError && error.code === 'unauthenticated')) throw error;
    }
    this.#status = { kind: 'out', ended: false };
  }
}

/** The page's one session: the root layout sets it. */
export const [getSession, setSession] = createContext<SessionState>();
