/**
 * A text as the search index holds it: the terms of `shared/matching/terms.ts`, written so that FTS5 takes each for one
 * word. Pure and versioned: the contentless FTS5 table has to be given exactly the tokens it was given when a row is
 * deleted, so any change of the output needs a new version, at which the store rebuilds the index.
 *
 * 1: one code point at a time; marks and emoji separated. 2: folded whole (`shared/matching/fold.ts`).
 */
import { type Phrase, termsEach } from '../../../../../shared/matching/terms.ts';
import { cutText } from '../../../../../shared/text-cut.ts';

export const SEGMENTER_VERSION = 2;

/**
 * FTS5 takes letters, digits and the private use area for words. Everything else of a term (emoji, marks that stay)
 * is written there: halves of a surrogate pair at U+E000 … U+E7FF, other units as two of U+E800 … U+E9FF.
 */
const FOREIGN = /[^\p{L}\p{N} ]/gu;

function privateForm(char: string): string {
  let out = '';
  for (let at = 0; at < char.length; at += 1) {
    const unit = char.charCodeAt(at);
    out +=
      unit >= 0xd800 && unit <= 0xdfff
        ? String.fromCharCode(unit + 0x800)
        : String.fromCharCode(0xe800 + (unit >> 8), 0xe900 + (unit & 0xff));
  }
  return out;
}

/** Most texts hold nothing foreign, and looking with the expression takes longer than all the rest. */
const PLAIN = /^[a-z0-9 \u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3]*$/;

const asWords = (text: string): string => (PLAIN.test(text) ? text : text.replace(FOREIGN, privateForm));

/** Of a longer text the beginning is indexed, in UTF-16 units: all of 1 MiB keeps the core for half a second. */
export const INDEXED_AT_MOST = 65_536;
/** Some characters stand for eighteen letters. */
const LONGEST_ENTRY = 4 * INDEXED_AT_MOST;

/** The text as the index stores it: its terms, with a space between. */
export function indexText(text: string): string {
  let out = '';
  termsEach(cutText(text, INDEXED_AT_MOST), (term) => {
    out += out === '' ? term : ` ${term}`;
    return out.length > LONGEST_ENTRY;
  });
  return asWords(out);
}

/** The query in FTS5's language. Terms hold no quotes, so quoting needs no escapes. */
export function matchExpression(
  phrases: readonly Phrase[],
  /** Further words of the index that hold the word of a phrase inside. */
  wordsWith: (part: string) => readonly string[] = () => [],
): string {
  return phrases
    .map((phrase) => {
      const words = asWords(phrase.terms.join(' '));
      const begun = `"${words}"${phrase.prefix ? ' *' : ''}`;
      const inside = phrase.inside ? wordsWith(words) : [];
      return inside.length === 0 ? begun : `(${[begun, ...inside.map((word) => `"${word}"`)].join(' OR ')})`;
    })
    .join(' AND ');
}
