import { type Language, useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, fullTime } from '../../i18n/time-format.ts';
import { useSession } from './session-store.ts';

const DAY_MS = 86_400_000;
const whenOf = (language: Language, ms: number): string =>
  ms - Date.now() < DAY_MS ? clockTime(language, ms) : fullTime(language, ms);

/** That there are quiet hours now, and until when; null = there are none. */
export function useQuietNow(): string | null {
  const t = useT();
  const language = useLanguage();
  const until = useSession((state) => state.shell?.quietUntil ?? null);
  if (until === null) return null;
  return t('quiet.now', { t: whenOf(language, until) });
}
