/** Secrets as text: making, storing and comparing them. The one place for all of them, so that none is done by half. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** Characters; what is shorter is a file that was cut short or written by hand. */
const LEAST_LENGTH = 32;

/** What is stored or compared of a secret: its SHA-256. Enough for random secrets; passwords need a slow hash. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** A secret nobody guesses: 192 random bits as 48 hex digits. */
export function newSecret(): string {
  return randomBytes(24).toString('hex');
}

/** The secret that a file keeps; null when there is none in it. */
export function secretIn(file: string): string | null {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return kept.length >= LEAST_LENGTH ? kept : null;
}

/** Whether the text has this digest, in time that depends on neither. A damaged digest is a no, not an error. */
export function hasDigest(text: string, digest: Uint8Array): boolean {
  const own = digestOf(text);
  return own.length === digest.length && timingSafeEqual(own, digest);
}

/** Equal texts. Their digests are compared, so that the time tells neither where they differ nor their length. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}

/** Equal bytes, compared in time that does not depend on where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
