/**
 * Characters as readers see them: a code point with its marks, an emoji of several, a flag. Pure but for one segmenter,
 * which is made when the first text needs it: it costs several milliseconds, which a window would wait for.
 */
let segmenter: Intl.Segmenter | undefined;

export const graphemes = (): Intl.Segmenter =>
  (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }));

/**
 * A UTF-16 unit that is a character by itself unless a mark follows, and that joins nothing before it: printable ASCII,
 * Chinese characters of the first block. Between two of them there is always an edge.
 */
export function isPlain(unit: number): boolean {
  return (unit >= 0x20 && unit <= 0x7e) || (unit >= 0x4e00 && unit <= 0x9fff);
}

/** '' for an empty text. */
export function firstGrapheme(text: string): string {
  const [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
  if (isPlain(first) && (text.length === 1 || isPlain(second))) return text.charAt(0);
  return graphemes().segment(text).containing(0)?.segment ?? '';
}
