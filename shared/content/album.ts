/**
 * Albums: images and videos of one sending share a key in their payloads, this client's own (docs/media.md). Clients
 * that do not know it ignore it, and what has none is never grouped.
 */
import { isObject } from '../json.ts';
import { PayloadType } from './message-content.ts';

/** In the payload of an image or a video: 32 hex digits, random. */
export const ALBUM_KEY = 'album';
/** As many make one album; more of one sending are the next. */
export const ALBUM_SIZE = 9;

const KEY = /^[0-9a-f]{32}$/;

/** Payload types that may stand in one. */
const PARTS: ReadonlySet<unknown> = new Set([PayloadType.image, PayloadType.gif, PayloadType.video]);

/** The key of the album that an image or a video belongs to; null for everything else. */
export function albumKeyOf(payload: unknown): string | null {
  if (!isObject(payload)) return null;
  if (!PARTS.has(payload['type'])) return null;
  const key = payload[ALBUM_KEY];
  return typeof key === 'string' && KEY.test(key) ? key : null;
}
