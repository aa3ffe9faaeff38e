/**
 * Splits text into the tokens the search index holds. Pure and versioned: the contentless FTS5 table has to be given
 * exactly the tokens it was given when a row is deleted, so any change of the output needs a new version, at which
 * the store rebuilds the index.
 *
 * - scripts without spaces (Han, kana, Hangul syllables, Thai …): overlapping pairs, and the last character of a run
 *   once more alone, so that every character starts a token and one-character search is a prefix query;
 * - letters and digits of other scripts: whole words, NFKC, lower case;
 * - everything else separates.
 */
export const SEGMENTER_VERSION = 1;

export interface Token {
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

const DENSE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー]$/u;
const WORD = /^[\p{L}\p{N}]$/u;
const ASCII_WORD = /^[a-z0-9]$/;

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let run: Unit[] = [];
  let runDense = false;

  const flush = (): void => {
    const first = run[0];
    const last = run.at(-1);
    if (first && last) {
      if (runDense) {
        for (const [index, unit] of run.entries()) {
          const next = run[index + 1];
          found.push({
            text: next ? unit.text + next.text : unit.text,
            start: unit.start,
            end: (next ?? unit).end,
            dense: true,
            tail: !next,
          });
        }
      } else {
        const word = run.map((unit) => unit.text).join('');
        found.push({ text: word, start: first.start, end: last.end, dense: false, tail: false });
      }
    }
    run = [];
  };

  let position = 0;
  for (const original of text) {
    const start = position;
    position += original.length;
    for (const unit of fold(original)) {
      if (unit === null) {
        flush();
        continue;
      }
      if (run.length > 0 && unit.dense !== runDense) flush();
      runDense = unit.dense;
      run.push({ text: unit.text, start, end: position });
    }
  }
  flush();
  return found;
}

/** What a character means to the index: null separates. */
type Folded = { text: string; dense: boolean } | null;

function foldOf(original: string): readonly Folded[] {
  return Array.from(original.normalize('NFKC').toLowerCase(), (folded) =>
    // The tokenizer of FTS5 takes letters and digits only; radicals (⺀) are symbols to it.
    WORD.test(folded) ? { text: folded, dense: !ASCII_WORD.test(folded) && DENSE.test(folded) } : null,
  );
}

const MEMO_LIMIT = 20_000;
const folds = new Map<string, readonly Folded[]>();

/** Folding costs more than anything else in here, and texts use few characters. */
function fold(original: string): readonly Folded[] {
  let known = folds.get(original);
  if (!known) {
    if (folds.size >= MEMO_LIMIT) folds.clear();
    folds.set(original, (known = foldOf(original)));
  }
  return known;
}

/** The text as the index stores it: what `tokens` finds, with a space between. Written for speed: no objects. */
export function indexText(text: string): string {
  let out = '';
  let inWord = false;
  // Last character of a dense run whose pair, or lone tail, is still to be written.
  let pending = '';
  for (const original of text) {
    for (const unit of fold(original)) {
      if (unit?.dense === true) {
        if (pending !== '') out += `${pending}${unit.text} `;
        else if (inWord) out += ' ';
        inWord = false;
        pending = unit.text;
        continue;
      }
      if (pending !== '') {
        out += `${pending} `;
        pending = '';
      }
      if (unit !== null) {
        out += unit.text;
        inWord = true;
      } else if (inWord) {
        out += ' ';
        inWord = false;
      }
    }
  }
  return (out + pending).trimEnd();
}

/** One whitespace-separated part of a query: consecutive tokens, the last one possibly a prefix. */
export interface Phrase {
  tokens: string[];
  prefix: boolean;
}

/** What to look for; every phrase has to occur. Empty when the query holds nothing searchable. */
export function queryPhrases(query: string): Phrase[] {
  const phrases: Phrase[] = [];
  for (const part of query.split(/\s+/u)) {
    const parts = tokens(part);
    const last = parts.at(-1);
    if (!last) continue;
    const beforeLast = parts.at(-2);
    // The lone last character follows a pair that already covers it; in the text the run may go on.
    const covered = last.tail && beforeLast?.dense === true && !beforeLast.tail;
    phrases.push(
      covered
        ? { tokens: parts.slice(0, -1).map((token) => token.text), prefix: false }
        : { tokens: parts.map((token) => token.text), prefix: true },
    );
  }
  return phrases;
}

/** The query in FTS5's language. Tokens hold letters and digits only, so quoting needs no escapes. */
export function matchExpression(phrases: readonly Phrase[]): string {
  return phrases.map((phrase) => `"${phrase.tokens.join(' ')}"${phrase.prefix ? ' *' : ''}`).join(' AND ');
}

/** Where the phrases occur in `text`: sorted, merged, half-open UTF-16 ranges. */
export function hitRanges(text: string, phrases: readonly Phrase[]): [number, number][] {
  const all = tokens(text);
  const ranges: [number, number][] = [];
  for (const phrase of phrases) {
    for (let at = 0; at + phrase.tokens.length <= all.length; at += 1) {
      const range = phraseAt(all, at, phrase);
      if (range) ranges.push(range);
    }
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous && range[0] <= previous[1]) previous[1] = Math.max(previous[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

function phraseAt(all: readonly Token[], at: number, phrase: Phrase): [number, number] | null {
  for (const [index, wanted] of phrase.tokens.entries()) {
    const token = all[at + index];
    if (!token) return null;
    const isLast = index === phrase.tokens.length - 1;
    const matches = isLast && phrase.prefix ? token.text.startsWith(wanted) : token.text === wanted;
    if (!matches) return null;
  }
  const first = all[at];
  const last = all[at + phrase.tokens.length - 1];
  const wantedLast = phrase.tokens.at(-1);
  if (!first || !last || wantedLast === undefined) return null;
  // Only where folding kept the length is the end of a partial word known exactly.
  const exact = last.text.length === last.end - last.start;
  const end = phrase.prefix && exact ? last.start + wantedLast.length : last.end;
  return [first.start, end];
}
