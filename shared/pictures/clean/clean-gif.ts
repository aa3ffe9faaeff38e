/** GIF without comments, and without what programs keep in it for themselves. */
import { ascii } from '../picture-type.ts';
import { type Cleaned, MAX_PARTS } from './cleaned.ts';
import { Pieces } from './pieces.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const CONTROL = 0xf9;
const APPLICATION = 0xff;
/** How often it plays. */
const LOOPS = ['NETSCAPE2.0', 'ANIMEXTS1.0'];

/** Bytes of the colours that follow, by the flags before them. */
const tableAfter = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** null when there is no whole frame. One that is cut off ends with its last whole frame. */
export function cleanGif(file: Uint8Array<ArrayBuffer>): Cleaned | null {
  const pieces = new Pieces(file);
  let at = 13 + tableAfter(file[10] ?? 0);
  if (at > file.length) return null;
  pieces.keep(0, at);
  let frames = 0;
  const steps = { left: MAX_PARTS };
  /** Of the frame that follows; one without goes with it. */
  let control: [from: number, to: number] | null = null;
  while (steps.left > 0) {
    const kind = file[at];
    const label = file[at + 1];
    if (kind !== EXTENSION && kind !== IMAGE) break;
    const data = kind === IMAGE ? at + 11 + tableAfter(file[at + 9] ?? 0) : at + 2;
    const end = endOfBlocks(file, data, steps);
    if (end === null) break;
    if (kind === IMAGE) {
      if (control) pieces.keep(...control);
      pieces.keep(at, end);
      frames += 1;
      control = null;
    } else if (label === CONTROL) control = [at, end];
    else if (label === APPLICATION && LOOPS.some((name) => ascii(file, at + 3, name))) pieces.keep(at, end);
    // Words drawn as text, which no browser draws, have a control of their own.
    else if (label === 1) control = null;
    at = end;
  }
  if (frames === 0 || steps.left <= 0) return null;
  pieces.add(Uint8Array.of(0x3b));
  return { parts: pieces.done(), orientation: 1, frames };
}

/** Behind the blocks that begin here, each with its length in front; null when the file ends within. */
function endOfBlocks(file: Uint8Array, from: number, steps: { left: number }): number | null {
  let at = from;
  while (steps.left > 0) {
    steps.left -= 1;
    const length = file[at];
    if (length === undefined) return null;
    at += 1 + length;
    if (length === 0) return at;
  }
  return null;
}
