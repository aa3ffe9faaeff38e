/** Names and other short texts against what was typed: both folded (`fold.ts`), marked by whole characters. */
import { characterEdge, nextCharacterEdge } from '../text-cut.ts';
import { foldEach, FoldKind } from './fold.ts';

/** Half-open, UTF-16. */
export type TextRange = [start: number, end: number];

/** Places of one text that are marked; those behind stay text. */
export const MAX_RANGES = 500;

/** Before each emoji of a folded text: found are whole ones, no flag of the halves of two. */
const EMOJI = '\u0001';

/** The folded text, for comparing. */
export function foldText(text: string): string {
  let out = '';
  foldEach(text, (folded, kind) => void (out += kind === FoldKind.emoji ? EMOJI + folded : folded));
  return out;
}

/** What was typed to look for: folded, without space around it. */
export const foldQuery = (query: string): string => foldText(query).trim();

/** Does `text` hold what was typed? Nothing typed is nothing found. */
export function holds(text: string, query: string): boolean {
  const wanted = foldQuery(query);
  return wanted !== '' && foldText(text).includes(wanted);
}

/** The same for a filter, which lets everything through while it is empty. */
export const fitsFilter = (text: string, filter: string): boolean =>
  filter.trim() === '' || holds(text, filter);

/** Does `text` begin with what was typed? */
export function beginsWith(text: string, query: string): boolean {
  const wanted = foldQuery(query);
  return wanted !== '' && foldText(text).trimStart().startsWith(wanted);
}

/** All places of what was typed in `text`: sorted, apart from each other, never through a character. */
export function rangesOf(text: string, query: string): TextRange[] {
  const wanted = foldQuery(query);
  if (wanted === '') return [];
  let folded = '';
  /** For each UTF-16 unit of `folded`: what it came from. */
  const starts: number[] = [];
  const ends: number[] = [];
  foldEach(text, (written, kind, start, end) => {
    const piece = kind === FoldKind.emoji ? EMOJI + written : written;
    folded += piece;
    for (let unit = 0; unit < piece.length; unit += 1) {
      starts.push(start);
      ends.push(end);
    }
  });
  const found: TextRange[] = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    if (found.length === MAX_RANGES) break;
    found.push([starts[at] ?? 0, ends[at + wanted.length - 1] ?? text.length]);
  }
  return wholeCharacters(text, found);
}

/** Ranges in order, made whole characters and merged where they touch the same one. */
export function wholeCharacters(text: string, ranges: readonly TextRange[]): TextRange[] {
  const merged: TextRange[] = [];
  let start = 0;
  for (const range of ranges) {
    start = characterEdge(text, range[0], start);
    const end = nextCharacterEdge(text, range[1], start);
    const previous = merged.at(-1);
    if (previous && start < previous[1]) previous[1] = Math.max(previous[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
