/** What a table of strings holds: an entry for each key of the Chinese one. */
import type { zh } from './zh.ts';

export type StringKey = keyof typeof zh;
/** A text, or its forms for one and for other numbers. */
export type StringEntry = string | { one: string; other: string };
export type StringTable = Record<StringKey, StringEntry>;
