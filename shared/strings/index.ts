/**
 * The string tables of all surfaces: interface, menus, tray, notifications. The renderer feeds them to i18next; the main process
 * uses `translate`. Both fill `{name}` placeholders the same way.
 */
import { en } from './en.ts';
import type { StringKey, StringTable } from './string-table.ts';
import { zh } from './zh.ts';

export type { StringEntry, StringKey, StringTable } from './string-table.ts';

export type Language = 'zh' | 'en';
export type StringParams = Record<string, string | number>;

export const tables: Record<Language, StringTable> = { zh, en };

/** A piece of a text: literal (`param` null), or the value of a placeholder. */
export interface StringPart {
  text: string;
  param: string | null;
}

function template(language: Language, key: StringKey, params: StringParams): string {
  const entry = tables[language][key];
  if (typeof entry === 'string') return entry;
  return params['n'] === 1 ? entry.one : entry.other;
}

/** Splits a text at its placeholders, so that names can be isolated with <bdi>. Unknown placeholders stay as they are written. */
export function stringParts(language: Language, key: StringKey, params: StringParams = {}): StringPart[] {
  const source = template(language, key, params);
  const parts: StringPart[] = [];
  let last = 0;
  for (const match of source.matchAll(/\{(\w+)\}/g)) {
    const name = match[1] ?? '';
    const value = params[name];
    if (value === undefined) continue;
    if (match.index > last) parts.push({ text: source.slice(last, match.index), param: null });
    parts.push({ text: String(value), param: name });
    last = match.index + match[0].length;
  }
  if (last < source.length) parts.push({ text: source.slice(last), param: null });
  return parts;
}

/** The text of a key in a language. */
export function translate(language: Language, key: StringKey, params: StringParams = {}): string {
  return stringParts(language, key, params)
    .map((part) => part.text)
    .join('');
}
