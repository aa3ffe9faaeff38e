/** A file's name as it is shown: cut before its end, and its type for the tile. Pure. */

import { graphemes } from '../../shared/graphemes.ts';
import { withoutMiddle } from '../../shared/text-cut.ts';

/** Characters that stay at the end of a shortened file name: the extension and a bit of what stands before it. */
const TAIL = 4;
/** Of a longer name the middle is left out. */
const LONGEST = 400;

/** A file name in two parts, of which the first may be shortened: `a very lo…port.pdf`. */
export function splitName(given: string): { head: string; tail: string } {
  const name = withoutMiddle(given, LONGEST);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 8 ? name.length - dot : 0;
  const keep = extension + TAIL;
  const characters = Array.from(graphemes().segment(name), ({ segment }) => segment);
  if (characters.length <= keep) return { head: '', tail: name };
  return { head: characters.slice(0, -keep).join(''), tail: characters.slice(-keep).join('') };
}

/** What the 40x44 tile of a file says; '' = draw the plain file icon. */
export function tileLabel(name: string): string {
  return /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1]?.toUpperCase() ?? '';
}
