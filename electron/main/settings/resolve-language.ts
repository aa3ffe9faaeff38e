import type { Language } from '../../../shared/strings/index.ts';

/** `system` follows the locale of the operating system: `zh*` is Chinese, anything else English. */
export function resolveLanguage(setting: 'system' | Language, systemLocale: string): Language {
  if (setting !== 'system') return setting;
  return /^zh\b/i.test(systemLocale) ? 'zh' : 'en';
}
