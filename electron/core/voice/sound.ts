/** Recordings as samples and as files: what of AMR-NB is decoded, and what is made of it. */
import { CodedError } from '../../../shared/ipc/result.ts';
import { AMR_START } from '../media/sound-type.ts';

/** TSDD's clients record a minute; what is longer than this is decoded nowhere. */
const LONGEST_DECODED_SECONDS = 600;

/** Bytes after the first one of a frame, by its type (RFC 4867, 5.3): 20 ms each. */
const FRAME_BYTES = [12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, 0, 0, 0, 0];
const FRAMES_A_SECOND = 50;

/** The frames that are there, the header and what is cut off at the end left out. */
function frameCount(amr: Uint8Array): number {
  let frames = 0;
  for (let at = AMR_START.length; at < amr.length;) {
    at += 1 + (FRAME_BYTES[((amr[at] ?? 0) >> 3) & 15] ?? 0);
    if (at <= amr.length) frames += 1;
  }
  return frames;
}

/** @throws CodedError `refused` (`format`) for a recording that is not decoded: of nothing, or far too long. */
export function checkAmr(amr: Uint8Array): void {
  const frames = frameCount(amr);
  if (frames === 0) throw unplayable('this recording holds no sound');
  if (frames > LONGEST_DECODED_SECONDS * FRAMES_A_SECOND) throw unplayable('this recording is too long');
}

export const unplayable = (message: string): CodedError => new CodedError('refused', message, 'format');

/** How loud each of `count` parts is, as the root of its mean square. */
export function levelsOf(pcm: Int16Array, count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const part = pcm.subarray(
      Math.floor((at * pcm.length) / count),
      Math.floor(((at + 1) * pcm.length) / count),
    );
    let sum = 0;
    for (const sample of part) sum += sample * sample;
    return part.length === 0 ? 0 : Math.sqrt(sum / part.length);
  });
}
