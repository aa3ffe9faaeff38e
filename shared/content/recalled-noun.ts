/**
 * What a recalled message was, as a placeholder may name it: its kind alone, never a title, a name, a place, a length
 * or a count. The type of a message outlives its recall (docs/recall.md); of what is not in the list nothing is said.
 */
import { z } from 'zod';

const RECALLED_NOUNS = ['image', 'voice', 'video', 'file', 'location', 'card', 'sticker', 'history'] as const;
export const RecalledNoun = z.enum(RECALLED_NOUNS);
export type RecalledNoun = z.infer<typeof RecalledNoun>;

/** Payload types (tsdd-api.md 6.2). */
const NOUNS: Readonly<Record<number, RecalledNoun>> = {
  2: 'image',
  3: 'image',
  4: 'voice',
  5: 'video',
  6: 'location',
  7: 'card',
  8: 'file',
  11: 'history',
  12: 'sticker',
  13: 'sticker',
};

/** undefined: it is called a message. */
export const recalledNoun = (type: number): RecalledNoun | undefined => NOUNS[type];
