import { match, pinyin } from 'pinyin-pro';
import { cutText } from '../../shared/text-cut.ts';

/** What is looked at for its pinyin. */
const LONGEST = 100;

/**
 * Whether a filter fits one of the texts: as written, or as pinyin or its initials. An empty filter fits everything.
 */
export function matchesName(filter: string, texts: readonly string[]): boolean {
  const wanted = filter.trim().toLocaleLowerCase();
  if (wanted === '') return true;
  const latin = /^[a-z\s]+$/.test(wanted);
  return texts.some((text) => {
    if (text.toLocaleLowerCase().includes(wanted)) return true;
    return latin && match(cutText(text, LONGEST), wanted, { precision: 'start', continuous: true }) !== null;
  });
}

/** Whether a name starts with a word, as written or in pinyin: for type-ahead in lists of names. */
export function nameStartsWith(name: string, word: string): boolean {
  if (name.toLocaleLowerCase().startsWith(word)) return true;
  return (
    /^[a-z]+$/.test(word) &&
    pinyin(cutText(name, LONGEST), { toneType: 'none', type: 'array' }).join('').startsWith(word)
  );
}
