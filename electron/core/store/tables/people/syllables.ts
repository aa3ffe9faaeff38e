/**
 * How Chinese characters are read aloud. A file of its own in the built app (scripts/worker-build.ts): the words behind
 * it are eight megabytes that each account would hold for ever, and that are needed when somebody new turns up.
 */
import { pinyin } from 'pinyin-pro';

/** One syllable for each character that has one; what lies between them in one piece. */
export const syllablesOf = (text: string): string[] =>
  pinyin(text, { toneType: 'none', type: 'array', nonZh: 'consecutive' });
