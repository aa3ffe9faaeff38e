/**
 * Cuts of text. A cut never halves what a reader sees as one character: a surrogate pair, an emoji of several code
 * points, a flag, a letter with its marks. The cost depends on the length of what is kept, not on what is cut off.
 */
import { graphemes, isPlain } from './graphemes.ts';

/** A cluster that is longer (hundreds of marks on one letter) is cut between code points. */
const LONGEST_CLUSTER = 128;

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** `at`, or the index before it when it lies inside a surrogate pair. */
function codePointEdge(text: string, at: number): number {
  return isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)) ? at - 1 : at;
}

const isFlagLetter = (text: string, at: number): boolean => {
  const point = text.codePointAt(at) ?? 0;
  return point >= 0x1f1e6 && point <= 0x1f1ff;
};

/**
 * The last place up to `at` that lies between two characters as readers see them. `known`: an earlier such place, for
 * whoever asks for many of one text: nothing before it is looked at again.
 */
export function characterEdge(text: string, at: number, known = 0): number {
  if (at <= known) return known;
  if (at >= text.length) return text.length;
  if (isPlain(text.charCodeAt(at - 1)) && isPlain(text.charCodeAt(at))) return at;
  let from = codePointEdge(text, Math.max(known, at - LONGEST_CLUSTER));
  // Two letters make a flag: where a row of flags begins decides how it is paired.
  let row = from;
  while (row - 2 >= known && isFlagLetter(text, row) && isFlagLetter(text, row - 2)) row -= 2;
  if ((from - row) % 4 !== 0) from -= 2;
  const cluster = graphemes()
    .segment(text.slice(from, at + LONGEST_CLUSTER))
    .containing(at - from);
  const edge = from + (cluster?.index ?? 0);
  return edge === from && from > known ? codePointEdge(text, at) : edge;
}

/** The first place from `at` on that lies between two characters as readers see them; `known` as above. */
export function nextCharacterEdge(text: string, at: number, known = 0): number {
  const edge = characterEdge(text, at, known);
  if (edge >= at) return edge;
  const cluster =
    graphemes()
      .segment(text.slice(edge, at + LONGEST_CLUSTER))
      .containing(0)?.segment.length ?? 0;
  // A cluster that is longer than what is looked at ends here.
  return edge + cluster >= at ? edge + cluster : at;
}

/** The beginning of `text`: at most `max` UTF-16 units. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, characterEdge(text, max));
}

/** The beginning of `text`: at most `max` code points, for what a server counts so. */
export function cutCodePoints(text: string, max: number): string {
  let at = 0;
  for (let points = 0; points < max && at < text.length; points += 1)
    at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
  return cutText(text, at);
}

/** The beginning of `text` with `…` behind it when there is more. */
export function cutWithMark(text: string, max: number): string {
  return text.length <= max ? text : `${cutText(text, max - 1)}…`;
}

/** The end of `text`: at most `max` UTF-16 units. */
export function endOfText(text: string, max: number): string {
  if (text.length <= max) return text;
  const wanted = text.length - max;
  const edge = characterEdge(text, wanted);
  if (edge === wanted) return text.slice(edge);
  const cluster = graphemes()
    .segment(text.slice(edge, edge + 2 * LONGEST_CLUSTER))
    .containing(0)?.segment.length;
  return text.slice(codePointEdge(text, Math.max(wanted + 1, edge + (cluster ?? 0))));
}

/** Beginning and end of a long `text`, each at most half of `max` UTF-16 units, with `…` between them. */
export function withoutMiddle(text: string, max: number): string {
  return text.length <= max ? text : `${cutText(text, max / 2)}…${endOfText(text, max / 2)}`;
}

const SPACE = /\s/u;

/** Text on one line: white space folded, at most `max` UTF-16 units. Reads no further than it has to. */
export function oneLine(text: string, max: number): string {
  let line = '';
  let gap = false;
  for (let at = 0; at < text.length && line.length <= max + LONGEST_CLUSTER; at += 1) {
    const unit = text.charAt(at);
    if (SPACE.test(unit)) {
      gap = line !== '';
      continue;
    }
    line += gap ? ` ${unit}` : unit;
    gap = false;
  }
  return cutText(line, max).trimEnd();
}
