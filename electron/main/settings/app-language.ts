/** The language in effect. */
import { app } from 'electron';
import type { Settings } from '../../../shared/settings.ts';
import type { Language } from '../../../shared/strings/index.ts';
import { languageOf } from './launch-options.ts';

/**
 * A chosen language wins; otherwise `--lang`, then the locale of the operating system: `zh*` is Chinese, anything else
 * English.
 */
export function appLanguage(setting: Settings['language'], launched: Language | null): Language {
  if (setting !== 'system') return setting;
  return launched ?? languageOf(app.getLocale());
}
