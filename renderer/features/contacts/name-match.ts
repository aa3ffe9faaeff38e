import { match } from 'pinyin-pro';

/** Whether a filter fits one of the texts: as written, or as pinyin or its initials. An empty filter fits everything. */
export function matchesName(filter: string, texts: readonly string[]): boolean {
  const wanted = filter.trim().toLocaleLowerCase();
  if (wanted === '') return true;
  const latin = /^[a-z\s]+$/.test(wanted);
  return texts.some((text) => {
    if (text.toLocaleLowerCase().includes(wanted)) return true;
    return latin && match(text, wanted, { precision: 'start', continuous: true }) !== null;
  });
}
