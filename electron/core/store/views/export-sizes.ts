/** How large files are that an export writes, as far as somebody says it: for what its dialog announces. */
import { DEEPEST_SHOWN } from '../../../../shared/content/history-content.ts';
import { entriesOf, isForward } from '../../../../shared/content/merged-forward.ts';
import { entryContent, type MessageContent } from '../../../../shared/content/message-content.ts';
import { isObject, type JsonObject } from '../../../../shared/json.ts';

/** An image that is not here: nobody says how large it is. */
export const IMAGE_BYTES = 300_000;
/** The same of a second of sound, as it is written (samples of 8 kHz), of a recording, a sticker or a map. */
export const SECOND_BYTES = 16_000;
export const LONGEST_VOICE_SECONDS = 600;
export const STICKER_BYTES = 60_000;
/** More than this no file is believed to have. */
export const LARGEST_FILE_BYTES = 4_000_000_000;

/** By the path of an entry, or of a picture in its text: bytes of its file, as far as that is on this computer. */
type HereOf = (path: readonly number[]) => number | undefined;

/** Bytes of the files of a merged forward, of all levels that are written. `path`: of the level in its message. */
export function bytesInForward(payload: JsonObject, hereOf: HereOf, path: readonly number[] = []): number {
  return entriesOf(payload).reduce((sum, { payload: said }, at) => {
    // (Of a recalled one nothing is left to be written.)
    if (!isObject(said)) return sum;
    const place = [...path, at];
    if (!isForward(said)) return sum + bytesOf(entryContent(said), place, hereOf);
    return place.length < DEEPEST_SHOWN ? sum + bytesInForward(said, hereOf, place) : sum;
  }, 0);
}

function bytesOf(content: MessageContent, place: readonly number[], hereOf: HereOf): number {
  switch (content.kind) {
    case 'image':
      return hereOf(place) ?? IMAGE_BYTES;
    case 'file':
    case 'video':
      return hereOf(place) ?? Math.max(0, Math.min(content.size, LARGEST_FILE_BYTES));
    case 'voice':
      return SECOND_BYTES * Math.max(1, Math.min(LONGEST_VOICE_SECONDS, Math.trunc(content.seconds)));
    case 'named': {
      const pictures = (content.rich ?? []).map((piece, at) =>
        isObject(piece) ? (hereOf([...place, at]) ?? IMAGE_BYTES) : 0,
      );
      const own = content.picture === undefined ? 0 : (hereOf(place) ?? STICKER_BYTES);
      return pictures.reduce((sum, bytes) => sum + bytes, own);
    }
    default:
      return 0;
  }
}
