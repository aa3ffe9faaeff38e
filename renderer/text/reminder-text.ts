import { currentLanguage, t } from '../i18n/i18n.ts';
import { reminderTime } from '../i18n/time-format.ts';

/** When something was (ms), as seen from now: 19:40, 昨天 19:40. */
export const pastTimeNow = (atMs: number): string => reminderTimeNow(atMs / 1000);

/** When a reminder is due (Unix seconds), as seen from now. */
export const reminderTimeNow = (at: number): string =>
  reminderTime(currentLanguage(), at * 1000, Date.now(), {
    tomorrow: t('remind.nextDay'),
    yesterday: t('remind.dayBefore'),
  });
