import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * Argon2id with 19 MiB, two passes and one lane: the first choice of the OWASP Password Storage
 * Cheat Sheet. The algorithm is the library's default; its enum cannot be named under type stripping.
 */
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

let decoy: Promise<string> | undefined;

/** Hashes a chosen password, off the main thread. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

/**
 * Whether the password fits the hash. Without a hash (an unknown address, a person without a
 * password) the same work is done and the answer is false, so that nobody learns by the time it
 * takes which addresses exist.
 */
export async function verifyPassword(
  passwordHash: string | null,
  password: string,
): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await decoy), password.normalize('NFC'));
  return matches && passwordHash !== null;
}
