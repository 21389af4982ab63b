import { MINUTE_MS } from '../moments.ts';
import { normalizeEmail } from '../people/people.ts';
import type { AttemptCounter, OpenCounter, Quota } from '../attempts.ts';
import { networkOf } from './network-of.ts';

/** Windows in which failures are counted. */
const WINDOW_MS = 15 * MINUTE_MS;

/** Wrong passwords for one account from one address: a person who tries what they remember. */
const PER_ACCOUNT_AND_ADDRESS = 10;

/** Wrong passwords for one account from anywhere; more than one address may spend, so that a
 * stranger does not easily lock somebody out. */
const PER_ACCOUNT = 50;

/** Wrong passwords from one address: a hall of 300 people behind one address mistypes less. */
const PER_ADDRESS = 200;

/** Reset mails asked for by one address, and for one account. */
const RESETS_PER_ADDRESS = 30;
const RESETS_PER_ACCOUNT = 3;

/** Limits of signing in, per address and per account; none with `LIMITS=off`. */
export interface SignInLimits {
  /** Seconds to wait, or null when the attempt may go on. */
  beginSignIn(attempt: {
    readonly email: string;
    readonly address: string;
  }): Promise<number | null>;
  /** The attempt was right: it does not count. */
  signedIn(attempt: { readonly email: string; readonly address: string }): Promise<void>;
  /** `refused` tells the caller to wait; `silent` looks like success but sends nothing. */
  beginReset(attempt: {
    readonly email: string;
    readonly address: string;
  }): Promise<'allowed' | 'silent' | 'refused'>;
  /** Seconds a refused caller of `beginReset` has to wait. */
  resetSecondsLeft(): number;
}

/** The limits of every server that shares these counters. */
export function createSignInLimits(open: OpenCounter, hasLimits: boolean): SignInLimits {
  const signIns = open('sign-ins', WINDOW_MS);
  const resets = open('resets', WINDOW_MS);
  return {
    async beginSignIn(attempt) {
      if (!hasLimits || (await signIns.begin(signInQuotas(attempt)))) return null;
      return signIns.secondsLeft();
    },
    async signedIn(attempt) {
      if (hasLimits) await signIns.forgive(signInQuotas(attempt));
    },
    async beginReset({ email, address }) {
      if (!hasLimits) return 'allowed';
      if (
        !(await resets.begin([{ key: `address ${networkOf(address)}`, limit: RESETS_PER_ADDRESS }]))
      ) {
        return 'refused';
      }
      return (await beginOne(resets, `account ${normalizeEmail(email)}`, RESETS_PER_ACCOUNT))
        ? 'allowed'
        : 'silent';
    },
    resetSecondsLeft: () => resets.secondsLeft(),
  };
}

function beginOne(counter: AttemptCounter, key: string, limit: number): Promise<boolean> {
  return counter.begin([{ key, limit }]);
}

function signInQuotas(attempt: { readonly email: string; readonly address: string }): Quota[] {
  const account = normalizeEmail(attempt.email);
  const network = networkOf(attempt.address);
  return [
    { key: `both ${account} ${network}`, limit: PER_ACCOUNT_AND_ADDRESS },
    { key: `account ${account}`, limit: PER_ACCOUNT },
    { key: `address ${network}`, limit: PER_ADDRESS },
  ];
}
