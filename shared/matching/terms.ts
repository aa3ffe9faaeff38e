/**
 * A message's text as search sees it: terms (what the index holds), what of a query has to occur, and where it does.
 *
 * - scripts without spaces (Han, kana, Hangul, Thai …): overlapping pairs, and the last character of a run once more
 *   alone, so that every character starts a term and a search for one character is a prefix query;
 * - letters and digits of other scripts: whole words;
 * - emoji: each one a term;
 * - everything else separates.
 */
import { cutText } from '../text-cut.ts';
import { foldEach, FoldKind } from './fold.ts';
import { MAX_RANGES, type TextRange, wholeCharacters } from './match.ts';

export interface Term {
  text: string;
  /** Half-open UTF-16 range in the original text. */
  start: number;
  end: number;
  /** A run of a script without spaces. */
  dense: boolean;
  /** The lone last character of a dense run. */
  tail: boolean;
}

interface Unit {
  text: string;
  start: number;
  end: number;
}

/** Takes the terms of a text in order; true ends the walk. */
type TermSink = (text: string, start: number, end: number, dense: boolean, tail: boolean) => boolean | void;

/** Every term of a text. No objects but the last unit: this runs over every message that is stored. */
export function termsEach(text: string, sink: TermSink): void {
  let word = '';
  let start = 0;
  let end = 0;
  /** The last character of a dense run, whose pair (or lone tail) is still to be given. */
  let pending: Unit | null = null;
  let done = false as boolean;
  const flush = (): void => {
    if (pending) done = sink(pending.text, pending.start, pending.end, true, true) === true;
    else if (word !== '') done = sink(word, start, end, false, false) === true;
    pending = null;
    word = '';
  };
  foldEach(text, (folded, kind, from, to) => {
    if (kind === FoldKind.word) {
      if (pending) flush();
      if (word === '') start = from;
      word += folded;
      end = to;
      return done;
    }
    if (kind === FoldKind.dense) {
      if (pending) done = sink(pending.text + folded, pending.start, to, true, false) === true;
      else if (word !== '') flush();
      pending = { text: folded, start: from, end: to };
      return done;
    }
    flush();
    if (kind === FoldKind.emoji && !done) done = sink(folded, from, to, false, false) === true;
    return done;
  });
  if (!done) flush();
}

export function terms(text: string): Term[] {
  const found: Term[] = [];
  termsEach(
    text,
    (word, start, end, dense, tail) => void found.push({ text: word, start, end, dense, tail }),
  );
  return found;
}

/** One whitespace-separated part of a query: consecutive terms, the last one possibly a prefix. */
export interface Phrase {
  terms: string[];
  prefix: boolean;
  /** A single word of letters and digits: found inside of longer words as well. */
  inside?: boolean;
}

/** Letters of a word that are looked for inside of others; fewer are in too many. */
const SHORTEST_INSIDE = 2;
/** Scripts with words of letters; where these begin in the index is no range (segmenter.ts). */
const WORD = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]+$/u;

/** What of a query counts; who types or pastes more finds by this. */
const MOST_PHRASES = 50;
const MOST_QUERIED = 2_000;

/** What to look for; every phrase has to occur. Empty when the query holds nothing searchable. */
export function queryPhrases(query: string): Phrase[] {
  const phrases = new Map<string, Phrase>();
  // U+FEFF is a space to regular expressions, and nothing to readers.
  for (const part of cutText(query, MOST_QUERIED).split(/[^\S\ufeff]+/u)) {
    const parts = terms(part);
    const last = parts.at(-1);
    if (!last || phrases.size === MOST_PHRASES) continue;
    const beforeLast = parts.at(-2);
    // The lone last character follows a pair that already covers it; in the text the run may go on.
    const covered = last.tail && beforeLast?.dense === true && !beforeLast.tail;
    const words = (covered ? parts.slice(0, -1) : parts).map((term) => term.text);
    const [word = ''] = words;
    const inside = words.length === 1 && !last.dense && word.length >= SHORTEST_INSIDE && WORD.test(word);
    phrases.set(words.join(' '), { terms: words, prefix: !covered, ...(inside && { inside }) });
  }
  return [...phrases.values()];
}

/** What is looked at for marks; a longer text is found whole and marked up to here. */
const MARKED_LENGTH = 200_000;

/** Where the phrases occur in `text`: sorted, merged, half-open UTF-16 ranges of whole characters. */
export function hitRanges(text: string, phrases: readonly Phrase[]): TextRange[] {
  if (phrases.length === 0) return [];
  const looked = text.slice(0, MARKED_LENGTH);
  const all = terms(looked);
  const ranges: TextRange[] = [];
  for (let at = 0; at < all.length && ranges.length < MAX_RANGES; at += 1) {
    for (const phrase of phrases) {
      const range = phraseAt(looked, all, at, phrase);
      if (range) ranges.push(range);
    }
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: TextRange[] = [];
  for (const range of wholeCharacters(looked, ranges)) {
    const previous = merged.at(-1);
    if (previous && range[0] <= previous[1]) previous[1] = Math.max(previous[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

/** Whether every phrase occurs. */
export function holdsPhrases(text: string, phrases: readonly Phrase[]): boolean {
  const all = terms(text);
  return phrases.every((phrase) => all.some((_, at) => phraseAt(text, all, at, phrase) !== null));
}

function phraseAt(text: string, all: readonly Term[], at: number, phrase: Phrase): TextRange | null {
  const count = phrase.terms.length;
  for (let index = 0; index < count; index += 1) {
    const term = all[at + index];
    const wanted = phrase.terms[index];
    if (!term || wanted === undefined) return null;
    const prefix = phrase.prefix && index === count - 1;
    const fits = phrase.inside
      ? !term.dense && term.text.includes(wanted)
      : prefix
        ? term.text.startsWith(wanted)
        : term.text === wanted;
    if (!fits) return null;
  }
  const first = all[at];
  const last = all[at + count - 1];
  const wantedLast = phrase.terms[count - 1];
  if (!first || !last || wantedLast === undefined) return null;
  const skipped = phrase.inside ? last.text.indexOf(wantedLast) : 0;
  const word = text.slice(last.start, last.end);
  const start = skipped === 0 ? first.start : last.start + originalLength(word, skipped);
  const whole = !phrase.prefix || last.text.length === skipped + wantedLast.length;
  return [start, whole ? last.end : last.start + originalLength(word, skipped + wantedLast.length)];
}

/** How much of a text the first `length` units of its folded form came from. */
function originalLength(text: string, length: number): number {
  let left = length;
  let reached = text.length;
  foldEach(text, (folded, _kind, _start, end) => {
    left -= folded.length;
    reached = end;
    return left <= 0;
  });
  return reached;
}
