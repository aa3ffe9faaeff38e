import { currentLanguage, t } from '../i18n/i18n.ts';
import { reminderTime } from '../i18n/time-format.ts';

/** When a reminder is due (Unix seconds), as seen from now. */
export const reminderTimeNow = (at: number): string =>
  reminderTime(currentLanguage(), at * 1000, Date.now(), {
    tomorrow: t('remind.nextDay'),
    yesterday: t('flow.yesterday'),
  });
