/**
 * The texts of all surfaces, worded in one language: the interface, and the native menu, tray and notifications. The
 * compiler checks keys and values: every language has every key, and every use gives the values that its text takes.
 */
import { isolated } from '../display-name.ts';
import { en } from './en.ts';
import type { ParamNames, StringEntry } from './texts.ts';
import { zh } from './zh.ts';

export type { StringEntry } from './texts.ts';
export type Language = 'zh' | 'en';

type Chinese = ReturnType<typeof zh>;
type English = ReturnType<typeof en>;
export type StringKey = keyof Chinese;

/** Fails to compile at a key whose English text takes other values than the Chinese one. */
type TakesSameValues = {
  readonly [Key in StringKey]: [ParamNames<Chinese[Key]>, ParamNames<English[Key]>] extends [
    ParamNames<English[Key]>,
    ParamNames<Chinese[Key]>,
  ]
    ? StringEntry
    : 'takes other values than the Chinese text';
};

type Table = Record<StringKey, StringEntry>;
const makers: Record<Language, () => Table> = { zh, en: en satisfies () => TakesSameValues };
const made: Partial<Record<Language, Table>> = {};

/** All texts of a language. */
export const tableOf = (language: Language): Table => (made[language] ??= makers[language]());

/**
 * The values a text takes; `n` is the number that picks the form. Of several keys: the values that all of them take.
 */
export type ParamsOf<Key extends StringKey> = {
  readonly [Name in ParamNames<Chinese[Key]>]: Name extends 'n' ? number : string | number;
};

/** Keys of texts that take no values. */
export type PlainKey = {
  [Key in StringKey]: [ParamNames<Chinese[Key]>] extends [never] ? Key : never;
}[StringKey];

/** A text with its values, to be worded later. */
export type Text<Keys extends StringKey = StringKey> = {
  [Key in Keys]: { readonly key: Key; readonly params: ParamsOf<Key> };
}[Keys];

/** Words a text in the language that the function stands for. */
export type Translate = <Key extends StringKey>(key: Key, ...params: Args<Key>) => string;
type Args<Key extends StringKey> = [ParamNames<Chinese[Key]>] extends [never] ? [] : [params: ParamsOf<Key>];

/** A piece of a text: literal (`param` null), or the value of a placeholder. */
export interface StringPart {
  text: string;
  param: string | null;
}

type Values = Readonly<Record<string, string | number>>;

function template(language: Language, key: StringKey, params: Values): string {
  const entry = tableOf(language)[key];
  if (typeof entry === 'string') return entry;
  return params['n'] === 1 ? entry.one : entry.other;
}

/** Values that count something; others are numbers of something (a code, a status). */
const COUNTS: ReadonlySet<string> = new Set(['n', 'm', 'a', 'b', 'max', 'total']);

/** In thousands as both languages write them: 1,204. */
function shown(name: string, value: string | number): string {
  if (typeof value !== 'number' || !COUNTS.has(name) || !Number.isSafeInteger(value)) return String(value);
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

function split(source: string, params: Values): StringPart[] {
  const parts: StringPart[] = [];
  let last = 0;
  for (const match of source.matchAll(/\{(\w+)\}/g)) {
    const name = match[1] ?? '';
    const value = params[name];
    if (value === undefined) continue;
    if (match.index > last) parts.push({ text: source.slice(last, match.index), param: null });
    parts.push({ text: shown(name, value), param: name });
    last = match.index + match[0].length;
  }
  if (last < source.length) parts.push({ text: source.slice(last), param: null });
  return parts;
}

/** Splits a text at its values, so that names can be isolated with <bdi>. */
export function stringParts(language: Language, { key, params }: Text): StringPart[] {
  return split(template(language, key, params), params);
}

/** The text of a key in a language. A value in another direction ends with itself. */
export function translate<Key extends StringKey>(language: Language, key: Key, ...params: Args<Key>): string {
  const values: Values = params[0] ?? {};
  return split(template(language, key, values), values)
    .map((part) => (part.param === null ? part.text : isolated(part.text)))
    .join('');
}
