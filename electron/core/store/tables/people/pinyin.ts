/** Latin forms of names: sorting key and matching. */
import { foldQuery, foldText } from '../../../../../shared/matching/match.ts';
import { cutText } from '../../../../../shared/text-cut.ts';
import { readAloud } from './read-aloud.ts';

const ASCII = /^[\u0020-\u007e]*$/;
/** What follows tells nobody apart, and reading characters aloud is not cheap. */
const LONGEST = 100;
const memo = new Map<string, string>();

/**
 * "zhangsan zs" for 张三: the full pinyin without spaces, then the initials, lower case; for Latin names the name
 * itself and the initials of its words. Sorts by sound and matches by either half.
 */
export function sortKey(name: string): string {
  const known = memo.get(name);
  if (known !== undefined) return known;
  const key = computeSortKey(cutText(name, LONGEST));
  if (memo.size > 20_000) memo.clear();
  memo.set(name, key);
  return key;
}

function computeSortKey(name: string): string {
  const folded = foldText(name).trim();
  if (!folded) return '';
  if (ASCII.test(folded)) {
    const words = folded.split(/[^a-z0-9]+/).filter(Boolean);
    const initials = words.map((word) => word.slice(0, 1)).join('');
    return `${words.join('')} ${initials}`.trim();
  }
  const syllables = readAloud(folded)
    .map((part) => part.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase())
    .filter(Boolean);
  return `${syllables.join('')} ${syllables.map((part) => part.slice(0, 1)).join('')}`;
}

/** Does `query` occur in the name, its pinyin or its initials? */
export function nameMatches(name: string, query: string): boolean {
  const wanted = foldQuery(query);
  if (!wanted || !name) return false;
  if (foldText(name).includes(wanted)) return true;
  const latin = wanted.replace(/\s+/g, '');
  if (!latin || !ASCII.test(latin)) return false;
  const [full = '', initials = ''] = sortKey(name).split(' ');
  return full.startsWith(latin) || initials.startsWith(latin);
}
