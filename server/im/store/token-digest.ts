import { createHash } from 'node:crypto';

/** What is stored of a token: its SHA-256. */
export function tokenDigest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
