/**
 * Albums: images of one sending share a key in their payloads, this client's own (docs/media.md). Clients that do not
 * know it ignore it, and what has none is never grouped.
 */
import { isObject } from '../json.ts';
import { PayloadType } from './message-content.ts';

/** In the payload of an image: 32 hex digits, random. */
export const ALBUM_KEY = 'album';
/** As many images make one album; more of one sending are the next. */
export const ALBUM_SIZE = 9;

const KEY = /^[0-9a-f]{32}$/;

/** The key of the album that an image belongs to; null for everything else. */
export function albumKeyOf(payload: unknown): string | null {
  if (!isObject(payload)) return null;
  const { type } = payload;
  if (type !== PayloadType.image && type !== PayloadType.gif) return null;
  const key = payload[ALBUM_KEY];
  return typeof key === 'string' && KEY.test(key) ? key : null;
}
