/** The number of an album: the same for all that stands in it, and nobody else's. */
import { createHash } from 'node:crypto';
import { albumKeyOf } from '../../../../../shared/content/album.ts';

/** null = it was sent alone, or stands in none. Of another sender the same key is another album. */
export function albumNumber(payload: unknown, fromUid: string): number | null {
  const key = albumKeyOf(payload);
  if (key === null) return null;
  return createHash('sha256').update(`${fromUid}\n${key}`).digest().readUIntBE(0, 6);
}
