/** How large a file may be that is downloaded, by what it is. */
import type { MediaKind } from '../../../shared/media-rules.ts';

/** A picture is shown, not worked with: more is a mistake or an attack. */
export const MAX_IMAGE_BYTES = 64 * 1024 * 1024;
export const MAX_FILE_BYTES = 2 * 1024 * 1024 * 1024;
/** An hour as phones record it is half of it. */
export const MAX_VOICE_BYTES = 10 * 1024 * 1024;
/** It goes from the network to the disk and from there in pieces: never is it in memory. */
export const MAX_VIDEO_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_BYTES: Readonly<Record<MediaKind, number>> = {
  image: MAX_IMAGE_BYTES,
  file: MAX_FILE_BYTES,
  voice: MAX_VOICE_BYTES,
  video: MAX_VIDEO_BYTES,
  cover: MAX_IMAGE_BYTES,
};
export const mostBytes = (kind: MediaKind): number => MAX_BYTES[kind];
