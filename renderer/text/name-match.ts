import { match, pinyin } from 'pinyin-pro';
import { foldQuery, foldText } from '../../shared/matching/match.ts';
import { cutText } from '../../shared/text-cut.ts';

/** What is looked at for its pinyin. */
const LONGEST = 100;

/** How well a filter fits a text: 0 begins with it, 1 holds it, 2 only its pinyin or initials do; null = not. */
export function nameFit(filter: string, text: string): 0 | 1 | 2 | null {
  const wanted = foldQuery(filter);
  if (wanted === '' || text === '') return null;
  const at = foldText(text).indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1;
  const latin = /^[a-z\s]+$/.test(wanted);
  const spoken =
    latin && match(cutText(text, LONGEST), wanted, { precision: 'start', continuous: true }) !== null;
  return spoken ? 2 : null;
}

/**
 * Whether a filter fits one of the texts: as written, or as pinyin or its initials. An empty filter fits everything.
 */
export function matchesName(filter: string, texts: readonly string[]): boolean {
  return filter.trim() === '' || texts.some((text) => nameFit(filter, text) !== null);
}

/** Whether a name starts with a word, as written or in pinyin: for type-ahead in lists of names. */
export function nameStartsWith(name: string, word: string): boolean {
  const wanted = foldText(word);
  if (wanted === '') return false;
  if (foldText(name).trimStart().startsWith(wanted)) return true;
  return (
    /^[a-z]+$/.test(wanted) &&
    pinyin(cutText(name, LONGEST), { toneType: 'none', type: 'array' }).join('').startsWith(wanted)
  );
}
