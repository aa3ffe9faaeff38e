import { parseChannelKey } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { chipDate } from '../../../i18n/time-format.ts';
import { openCalendar } from '../../../state/window/ui-store.ts';
import css from './row-dividers.module.css';

/**
 * Above the first row of a day, and the way to others: a calendar. `day`: any time of it, Unix seconds; `todayMs`:
 * local time of today. By keyboard the calendar is opened from the head of the chat, so that Tab does not stop at each.
 */
export function DayChip({ flowKey, day, todayMs }: { flowKey: string; day: number; todayMs: number }) {
  const t = useT();
  const language = useLanguage();
  const words = { today: t('flow.today'), yesterday: t('flow.yesterday') };
  const d = chipDate(language, day * 1000, todayMs, words);
  return (
    <div className={css['day']}>
      <button
        type="button"
        tabIndex={-1}
        aria-label={t('cal.chip', { d })}
        aria-haspopup="dialog"
        onClick={(event) => {
          const avoid = event.currentTarget.getBoundingClientRect();
          const anchor = { x: avoid.left, y: avoid.bottom, avoid };
          openCalendar({ channel: parseChannelKey(flowKey), at: day, anchor });
        }}
      >
        {d}
      </button>
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
