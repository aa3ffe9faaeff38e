import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { chipDate } from '../../../i18n/time-format.ts';
import css from './row-dividers.module.css';

/** Above the first row of a day. `day`: any time of it, Unix seconds; `todayMs`: local time of today. */
export function DayChip({ day, todayMs }: { day: number; todayMs: number }) {
  const t = useT();
  const language = useLanguage();
  const words = { today: t('flow.today'), yesterday: t('flow.yesterday') };
  return (
    <div className={css['day']}>
      <span>{chipDate(language, day * 1000, todayMs, words)}</span>
    </div>
  );
}

/** Above the first message that is new to the reader. */
export function UnreadDivider() {
  const t = useT();
  return (
    <div className={css['unread']} data-testid="unread-divider">
      {t('flow.newMessages')}
    </div>
  );
}
