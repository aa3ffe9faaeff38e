import type { Language } from './index.ts';

/** What stands between two of a list: 陈屿、林知夏 · Chen Yu, Lin Zhixia. */
export const between = (language: Language): string => (language === 'zh' ? '、' : ', ');

/** Names one after another. What is made before the language is known keeps them apart (`Named.names`). */
export const nameList = (language: Language, names: readonly string[]): string =>
  names.join(between(language));
