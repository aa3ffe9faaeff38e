import type { MuteMinutes } from '../../../shared/ipc/contract/groups.ts';
import type { Translate } from '../../i18n/i18n.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** 10 分钟, 1 小时, 1 天, 30 天. */
export function spanText(t: Translate, minutes: MuteMinutes): string {
  if (minutes % DAY === 0) return t('time.days', { n: minutes / DAY });
  if (minutes % HOUR === 0) return t('time.hours', { n: minutes / HOUR });
  return t('time.minutes', { n: minutes });
}
