import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';

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
  return createHash('sha256').update(secret).digest('base64url');
}

/** A new identifier: unique, sorting by time of creation, and never a secret. */
export function newId(): string {
  return randomUUIDv7();
}
