/**
 * The language of the interface and its texts. A switch of the language, or another day or time zone, re-renders
 * everything that uses `useT` or `useLanguage`.
 */
import { create } from 'zustand';
import {
  type Language,
  type StringPart,
  stringParts,
  type Text,
  type Translate,
  translate,
} from '../../shared/strings/index.ts';

export type { Language, PlainKey, Text, Translate } from '../../shared/strings/index.ts';

const useStore = create<{ language: Language; calendar: string }>(() => ({ language: 'zh', calendar: '' }));

/** Changes the language everywhere, including `lang` of the document. */
export function setLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  useStore.setState({ language });
}

export function currentLanguage(): Language {
  return useStore.getState().language;
}

/** Translates outside of components (toasts, announcements). */
export const t: Translate = (key, ...params) => translate(currentLanguage(), key, ...params);

/** Translates and re-renders when the language changes. */
export function useT(): Translate {
  useLanguage();
  return t;
}

/** The language in effect; re-renders when it changes, and when the words for days do. */
export function useLanguage(): Language {
  return useStore().language;
}

/** Local day and time zone (calendar.ts), for what is computed from them. */
export function useCalendar(): string {
  return useStore((state) => state.calendar);
}

export function setCalendar(calendar: string): void {
  useStore.setState({ calendar });
}

/** A text in pieces, so that names and roles can be drawn isolated: literals have `param` null. */
export function textParts(text: Text): StringPart[] {
  return stringParts(currentLanguage(), text);
}
