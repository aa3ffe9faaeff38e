/** i18next over the shared tables. Keys are typed; switching the language re-renders everything that uses `useT`. */
import { createInstance } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import {
  type Language,
  type StringEntry,
  type StringKey,
  type StringParams,
  type StringPart,
  stringParts,
  tables,
} from '../../shared/strings/index.ts';

export type { Language, StringKey, StringParams, StringPart } from '../../shared/strings/index.ts';
export type Translate = (key: StringKey, params?: StringParams) => string;

/** i18next looks plural forms up under suffixed keys. */
function resourceOf(table: Record<string, StringEntry>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, entry] of Object.entries(table)) {
    if (typeof entry === 'string') flat[key] = entry;
    else {
      flat[`${key}_one`] = entry.one;
      flat[`${key}_other`] = entry.other;
    }
  }
  return flat;
}

const i18n = createInstance();

export function initI18n(language: Language): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh',
    resources: { zh: { translation: resourceOf(tables.zh) }, en: { translation: resourceOf(tables.en) } },
    keySeparator: false,
    nsSeparator: false,
    // React escapes; names may hold any character.
    interpolation: { prefix: '{', suffix: '}', escapeValue: false, skipOnVariables: true },
    initAsync: false,
  });
  setLanguage(language);
}

/** Changes the language everywhere, including `lang` of the document. */
export function setLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  if (i18n.language !== language) void i18n.changeLanguage(language);
}

export function currentLanguage(): Language {
  return i18n.language === 'en' ? 'en' : 'zh';
}

/** Translates outside of components (toasts, announcements). */
export const t: Translate = (key, params) => {
  const n = params?.['n'];
  // i18next picks the plural form by `count`; our tables call the number `n`.
  const options: Record<string, unknown> = typeof n === 'number' ? { ...params, count: n } : { ...params };
  return i18n.t(key, options);
};

/** Translates and re-renders when the language changes. */
export function useT(): Translate {
  useTranslation(undefined, { i18n });
  return t;
}

/** The language in effect; re-renders when it changes. */
export function useLanguage(): Language {
  useTranslation(undefined, { i18n });
  return currentLanguage();
}

/** A text in pieces, so that names and roles can be drawn isolated: literals have `param` null. */
export function tipParts(key: StringKey, params: StringParams): StringPart[] {
  return stringParts(currentLanguage(), key, params);
}
