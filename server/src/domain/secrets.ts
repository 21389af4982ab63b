import { hash, randomBytes, randomUUIDv7 } from 'node:crypto';

/** Bytes of a secret: 256 bits, so that a plain hash of it cannot be searched. */
const SECRET_BYTES = 32;

/** A secret to hand out once, and what the table keeps of it. */
export interface NewSecret {
  readonly secret: string;
  readonly hash: string;
}

/** Draws a secret for a session, token, link or ticket. */
export function drawSecret(): NewSecret {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/**
 * The form in which a secret is kept and looked up. A fast hash is right here: the secret is random,
 * there is nothing to guess, and a lookup by hash leaks no timing of the secret itself.
 */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

let lastMoment = '';
let inMoment = 0;

/**
 * A new identifier: unique, and never a secret. Those of one process sort in the order of their
 * making: a counter stands behind the millisecond (RFC 9562, section 6.2, method 1).
 */
export function newId(): string {
  const id = randomUUIDv7();
  const moment = id.slice(0, 13);
  inMoment = moment === lastMoment ? (inMoment + 1) % 0x1000 : 0;
  lastMoment = moment;
  return `${moment}-7${inMoment.toString(16).padStart(3, '0')}${id.slice(18)}`;
}
