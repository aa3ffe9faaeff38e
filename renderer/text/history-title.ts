/** Whose chat a merged forward is of, in words. */
import type { HistorySummary } from '../../shared/content/history-words.ts';
import type { Language, Translate } from '../../shared/strings/index.ts';
import { nameList } from '../../shared/strings/name-list.ts';

type People = Pick<HistorySummary, 'names' | 'more'>;

export const historyPeople = ({ names, more }: People, language: Language): string =>
  nameList(language, names) + (more ? '…' : '');

/** As TSDD's clients say it. */
export function historyTitle(
  history: People & Pick<HistorySummary, 'group'>,
  t: Translate,
  language: Language,
): string {
  const { group, more, names } = history;
  const [first, second] = names;
  if (group) return t('fwd.ofGroup');
  if (first === undefined) return t('fwd.name');
  if (second === undefined) return t('fwd.of', { X: first });
  return names.length === 2 && !more
    ? t('fwd.ofTwo', { A: first, B: second })
    : t('fwd.of', { X: historyPeople(history, language) });
}
