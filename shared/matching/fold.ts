/**
 * What two texts have in common whatever way they were typed: the one normalisation of search, marks, names, pickers
 * and the servers. Pure and locale-free; the cost is linear, also for a letter with a million marks.
 *
 * - composed and decomposed forms, full and half width, ligatures and other compatibility forms are one (NFKC);
 * - case is folded one code point at a time, without the rules of any language: `ß` is `ss`, `ς` is `σ`, `İ` and `ı`
 *   are `i`;
 * - accents and optional vowel points are left out (`é` is `e`, `ё` is `е`); marks that make another letter stay (`й`,
 *   `が`, vowels of Thai and of Indic scripts);
 * - joiners, zero-width and direction characters, soft hyphens and variation selectors are nothing;
 * - an emoji is one character with all it is joined to. Skin tones come last, so that the emoji without one is the
 *   beginning of it.
 */

/** What a folded piece is to search. */
export const FoldKind = {
  /** Separates: space, punctuation, signs. */
  separator: 0,
  /** A letter or digit of a script with words; marks that stay come as part of it. */
  word: 1,
  /** A character of a script without spaces. */
  dense: 2,
  emoji: 3,
} as const;
export type FoldKind = (typeof FoldKind)[keyof typeof FoldKind];

/**
 * Takes one folded piece, in order. `start` and `end` (half-open, UTF-16) say what it came from; pieces of one
 * character (`㎏` is `k` and `g`) share them. True ends the walk.
 */
export type FoldSink = (folded: string, kind: FoldKind, start: number, end: number) => boolean | void;

const WORD = /^[\p{L}\p{N}]/u;
const MARK = /^\p{M}/u;
const DENSE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const ASCII_WORD = /^[a-z0-9]/;
const IGNORED = /^\p{Default_Ignorable_Code_Point}/u;
const SPACE = /^\s/u;
/** Accents, and points that a writer may leave out: Latin, Greek, Cyrillic, Hebrew, Arabic; the stretching tatweel. */
const OPTIONAL_MARKS: readonly (readonly [number, number])[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0487],
  [0x0591, 0x05bd],
  [0x05bf, 0x05bf],
  [0x05c1, 0x05c1],
  [0x05c2, 0x05c2],
  [0x05c4, 0x05c4],
  [0x05c5, 0x05c5],
  [0x05c7, 0x05c7],
  [0x0610, 0x061a],
  [0x0640, 0x0640],
  [0x064b, 0x065f],
  [0x0670, 0x0670],
  [0x06d6, 0x06dc],
  [0x06df, 0x06e4],
  [0x06e7, 0x06e7],
  [0x06e8, 0x06e8],
  [0x06ea, 0x06ed],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20dc],
  [0x20e1, 0x20e1],
  [0x20e5, 0x20f0],
  [0xfe20, 0xfe2f],
];
const isOptionalMark = (char: string): boolean => {
  const point = char.codePointAt(0) ?? 0;
  return OPTIONAL_MARKS.some(([first, last]) => point >= first && point <= last);
};
const CYRILLIC = /^\p{Script=Cyrillic}/u;
const BREVE = '\u0306';
const DIAERESIS = '\u0308';

const ZWJ = 0x200d;
const isTone = (point: number): boolean => point >= 0x1f3fb && point <= 0x1f3ff;
const isTag = (point: number): boolean => point >= 0xe0020 && point <= 0xe007f;
const isFlagLetter = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;

/** More marks on one letter tell nothing apart (Unicode's Stream-Safe Text Format has the same number). */
const MOST_MARKS = 30;
/** Emoji that are joined to one. */
const MOST_JOINED = 12;

/** How a code point goes together with the one before it. */
const Joins = { no: 0, mark: 1, vowel: 2, final: 3 } as const;
type Joins = (typeof Joins)[keyof typeof Joins];

interface Piece {
  text: string;
  kind: FoldKind;
}
interface Point {
  joins: Joins;
  /** A Hangul consonant or syllable that a vowel or final may follow: what it takes. */
  takes: Joins;
  pictograph: boolean;
  pieces: readonly Piece[];
}

/** One code point by itself, and how it joins. */
function describe(char: string): Point {
  const point = char.codePointAt(0) ?? 0;
  const decomposed = char.normalize('NFKD');
  // ↮ is ↔ with a mark, and the same when it is written so: what is drawn first tells.
  const [drawn = char] = char.normalize('NFD');
  // A letter in a circle (Ⓜ, ㊙, ™) is the letter; any other pictograph is an emoji.
  const pictograph = isTone(point) || (/^\p{Extended_Pictographic}/u.test(drawn) && !WORD.test(decomposed));
  const compatibilityJamo = point >= 0x3131 && point <= 0x318e;
  // ㅠㅠ and ㅎㅏ are written as single letters and meant as such.
  const [first, last] = compatibilityJamo
    ? [0, 0]
    : [decomposed.charCodeAt(0), decomposed.charCodeAt(decomposed.length - 1)];
  const joins =
    first >= 0x1161 && first <= 0x1175
      ? Joins.vowel
      : first >= 0x11a8 && first <= 0x11c2
        ? Joins.final
        : MARK.test(decomposed) || isTone(point)
          ? Joins.mark
          : Joins.no;
  const takes =
    last >= 0x1100 && last <= 0x1112
      ? Joins.vowel
      : last >= 0x1161 && last <= 0x1175
        ? Joins.final
        : Joins.no;
  return {
    joins,
    takes,
    pictograph,
    pieces: pictograph ? [{ text: drawn, kind: FoldKind.emoji }] : piecesOf(char),
  };
}

/** Vowels that NFC makes one letter of (Kirat Rai), each of them a letter that stands alone as well. */
const LETTER_PAIRS = /[\u{16d68}-\u{16d6a}]/gu;

/** NFC, but for letters in a row: they are looked at one by one, and never seen together when written as two. */
const composedMarks = (text: string): string =>
  text.normalize('NFC').replace(LETTER_PAIRS, (pair) => pair.normalize('NFD'));

/** A character with its marks, folded: whole, then one piece for each letter it stands for. */
function piecesOf(cluster: string): Piece[] {
  let kept = '';
  let base = '';
  for (const char of cluster.normalize('NFKD')) {
    if (IGNORED.test(char)) continue;
    if (isOptionalMark(char)) {
      const another = char === BREVE || (char === DIAERESIS && base !== 'е' && base !== 'Е');
      if (another && CYRILLIC.test(base)) kept += char;
      continue;
    }
    if (!MARK.test(char)) base = char;
    kept += SPACE.test(char) ? ' ' : char.toLowerCase().toUpperCase().toLowerCase();
  }
  const pieces: Piece[] = [];
  for (const char of composedMarks(kept)) {
    const before = pieces.at(-1);
    if (MARK.test(char)) {
      if (before && before.kind !== FoldKind.separator) before.text += char;
    } else if (isOptionalMark(char) || IGNORED.test(char)) continue;
    else if (!WORD.test(char)) pieces.push({ text: char, kind: FoldKind.separator });
    else {
      const dense = !ASCII_WORD.test(char) && DENSE.test(char);
      pieces.push({ text: char, kind: dense ? FoldKind.dense : FoldKind.word });
    }
  }
  return pieces;
}

const MEMO_LIMIT = 20_000;
const points = new Map<number, Point>();
const clusters = new Map<string, readonly Piece[]>();

function pointAt(point: number): Point {
  let known = points.get(point);
  if (!known) {
    if (points.size >= MEMO_LIMIT) points.clear();
    points.set(point, (known = describe(String.fromCodePoint(point))));
  }
  return known;
}

function clusterPieces(cluster: string): readonly Piece[] {
  let known = clusters.get(cluster);
  if (!known) {
    known = piecesOf(cluster);
    if (clusters.size >= MEMO_LIMIT) clusters.clear();
    if (cluster.length <= 2 * MOST_MARKS) clusters.set(cluster, known);
  }
  return known;
}

const ASCII_TEXT = Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return SPACE.test(char) ? ' ' : char.toLowerCase();
});
const ASCII_KIND = ASCII_TEXT.map((char) => (ASCII_WORD.test(char) ? FoldKind.word : FoldKind.separator));
const isHan = (code: number): boolean => code >= 0x4e00 && code <= 0x9fff;

/** Whether a code unit surely joins nothing before it: asked for each character, so by ranges only. */
const standsAlone = (code: number): boolean =>
  code < 0x300 ||
  isHan(code) ||
  (code >= 0x3000 && code <= 0x3098 && !(code >= 0x302a && code <= 0x302f)) ||
  (code >= 0x309b && code <= 0x30ff) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xff00 && code <= 0xff9d);

/** Folds a text, piece by piece. */
export function foldEach(text: string, sink: FoldSink): void {
  const { length } = text;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    // Most of what is written, without a look at any table of Unicode.
    if ((code < 0x80 || isHan(code)) && (at + 1 === length || standsAlone(text.charCodeAt(at + 1)))) {
      const done =
        code < 0x80
          ? sink(ASCII_TEXT[code] as string, ASCII_KIND[code] as FoldKind, at, at + 1)
          : sink(text.charAt(at), FoldKind.dense, at, at + 1);
      if (done === true) return;
      at += 1;
      continue;
    }
    const point = text.codePointAt(at) ?? 0;
    const next = at + (point > 0xffff ? 2 : 1);
    const known = pointAt(point);
    let end = next;
    let pieces: readonly Piece[];
    if (known.pictograph || isFlagLetter(point)) {
      end = emojiEnd(text, at);
      pieces =
        end === next && known.pictograph
          ? known.pieces
          : [{ text: emojiText(text, at, end), kind: FoldKind.emoji }];
    } else {
      end = clusterEnd(text, next, known);
      pieces = end === next ? known.pieces : clusterPieces(firstMarks(text, at, end));
    }
    for (const piece of pieces) if (sink(piece.text, piece.kind, at, end) === true) return;
    at = end;
  }
}

/** Where the marks (or vowel and final) after a character end. */
function clusterEnd(text: string, from: number, base: Point): number {
  let at = from;
  let { takes } = base;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (standsAlone(code)) break;
    const point = text.codePointAt(at) ?? 0;
    const next = pointAt(point);
    // A skin tone is a mark of an emoji; behind anything else it is drawn by itself.
    if (next.joins === Joins.no || isTone(point)) break;
    if (next.joins !== Joins.mark) {
      if (next.joins !== takes) break;
      takes = next.takes;
    }
    at += point > 0xffff ? 2 : 1;
  }
  return at;
}

/** A character with as many of its marks as count. */
function firstMarks(text: string, start: number, end: number): string {
  if (end - start <= MOST_MARKS) return text.slice(start, end);
  let cut = start;
  for (let count = 0; count <= MOST_MARKS && cut < end; count += 1)
    cut += (text.codePointAt(cut) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(start, Math.min(cut, end));
}

/** Where an emoji ends: a flag of two letters, or pictographs with tones, tags and selectors, joined by joiners. */
function emojiEnd(text: string, start: number): number {
  const first = text.codePointAt(start) ?? 0;
  if (isFlagLetter(first)) return isFlagLetter(text.codePointAt(start + 2) ?? 0) ? start + 4 : start + 2;
  let at = start + (first > 0xffff ? 2 : 1);
  let joined = 0;
  while (at < text.length) {
    const point = text.codePointAt(at) ?? 0;
    const width = point > 0xffff ? 2 : 1;
    if (point === ZWJ) {
      const following = text.codePointAt(at + 1) ?? 0;
      if (joined >= MOST_JOINED || following < 0x80 || !pointAt(following).pictograph) break;
      joined += 1;
      at += 1 + (following > 0xffff ? 2 : 1);
    } else if (
      isTone(point) ||
      isTag(point) ||
      (!standsAlone(text.charCodeAt(at)) && pointAt(point).joins === Joins.mark)
    ) {
      at += width;
    } else break;
  }
  return at;
}

/** Tones at most, and tags: what an emoji holds besides pictographs. */
const MOST_EXTRAS = 30;

function emojiText(text: string, start: number, end: number): string {
  let out = '';
  let tones = '';
  let extras = 0;
  for (let at = start; at < end;) {
    const point = text.codePointAt(at) ?? 0;
    const char = String.fromCodePoint(point);
    at += char.length;
    if (point === ZWJ || isFlagLetter(point)) out += char;
    else if (isTone(point) || isTag(point)) {
      extras += 1;
      if (extras > MOST_EXTRAS) continue;
      if (isTone(point) && out !== '') tones += char;
      else out += char;
    } else if (pointAt(point).pictograph) out += pointAt(point).pieces[0]?.text ?? char;
  }
  return out + tones;
}
