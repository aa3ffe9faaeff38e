/** A text cut at its marks, and how a long one is cut so that its first hit is visible. Pure. */
import { characterEdge } from '../../shared/text-cut.ts';

export interface Piece {
  text: string;
  hit: boolean;
}

/** Cuts `text` at half-open ranges. Ranges out of bounds or overlapping are clipped. */
export function pieces(text: string, ranges: readonly (readonly [number, number])[]): Piece[] {
  const result: Piece[] = [];
  let last = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(last, Math.min(from, text.length), 0);
    const end = Math.min(to, text.length);
    if (end <= start) continue;
    if (start > last) result.push({ text: text.slice(last, start), hit: false });
    result.push({ text: text.slice(start, end), hit: true });
    last = end;
  }
  if (last < text.length) result.push({ text: text.slice(last), hit: false });
  return result;
}

/** A window of the text around its first hit: at most `before` characters ahead of it. */
export function excerpt(
  text: string,
  ranges: readonly (readonly [number, number])[],
  before = 10,
): { text: string; ranges: [number, number][] } {
  const first = ranges[0]?.[0] ?? 0;
  if (first <= before + 3) return { text, ranges: ranges.map(([from, to]) => [from, to]) };
  const cut = characterEdge(text, first - before);
  return {
    text: `…${text.slice(cut)}`,
    ranges: ranges.map(([from, to]) => [from - cut + 1, to - cut + 1]),
  };
}
