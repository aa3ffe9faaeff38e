import { useState } from 'react';
import type { DayMark } from '../../../shared/ipc/contract/messages.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { longDay } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { type CalendarRequest, closeCalendar, jumpTo, useUi } from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { announce } from '../../ui/live-region.tsx';
import { MonthGrid } from '../../ui/month-grid.tsx';
import { MonthTurns } from '../../ui/month-turns.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { addDays, addMonths, type DayStart, dayOf, monthOf } from '../../text/month-days.ts';
import { type MonthDays, useChatDays } from './use-chat-days.ts';
import css from './chat-calendar.module.css';

/** Jump to date (tools.png 1): the days on which something was said in the chat. */
export function ChatCalendar() {
  const request = useUi((state) => state.calendar);
  return request && <Calendar request={request} />;
}

function Calendar({ request }: { request: CalendarRequest }) {
  const t = useT();
  const language = useLanguage();
  const { channel, anchor } = request;
  const today = dayOf(useServerNow(60_000));
  const from = Math.min(dayOf((request.at ?? 0) * 1000) || today, today);
  const shownDay = request.at === null ? null : from;
  const [focused, setFocused] = useState(request.at === null ? today : from);
  const month = monthOf(focused);
  const days = useChatDays(channel, month);
  const [going, setGoing] = useState<DayStart | 'first' | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  // What a time before the first message would show is known: nothing.
  const earliest = days?.earliestSure ? (days.earliest === null ? today : dayOf(days.earliest * 1000)) : null;
  const clamp = (day: DayStart): DayStart => Math.min(today, Math.max(day, earliest ?? OLDEST));
  const turn = (months: number): void => setFocused(clamp(addMonths(focused, months)));
  const couldTurn = (months: number): boolean =>
    months < 0 ? earliest === null || month > monthOf(earliest) : month < monthOf(today);

  const go = async (day: DayStart | 'first'): Promise<void> => {
    if (going !== null) return;
    setGoing(day);
    setFailed(null);
    const when =
      day === 'first'
        ? { from: 0, until: 0 }
        : { from: Math.floor(day / 1000), until: Math.floor(addDays(day, 1) / 1000) };
    try {
      const place = await call('messages.nextTo', { channel, ...when });
      // Closed meanwhile: nobody wants to go there any more.
      if (useUi.getState().calendar !== request) return;
      if (!place) {
        setFailed(t('cal.empty'));
        setGoing(null);
        return;
      }
      closeCalendar();
      jumpTo(channel, place.messageSeq);
      if (day !== 'first' && (place.timestamp < when.from || place.timestamp >= when.until))
        showToast({ text: t('cal.nearest') });
    } catch (error) {
      setFailed(errorText(error));
      setGoing(null);
    }
  };
  const choose = (day: DayStart): void => {
    setFocused(day);
    if (markOf(days, day, today) === 'none') announce(t('cal.none', { d: longDay(language, day) }));
    else void go(day);
  };

  return (
    <Popover label={t('flow.jumpToDate')} anchor={anchor} className={css['card']} onClose={closeCalendar}>
      <MonthTurns month={month} could={couldTurn} onTurn={turn} />
      <MonthGrid
        focused={focused}
        today={today}
        selected={shownDay}
        busy={days === null || days.asking}
        label={(day, name) => t(`cal.${markOf(days, day, today)}`, { d: name })}
        isOff={(day) => markOf(days, day, today) === 'none'}
        look={(day) => {
          const mark = markOf(days, day, today);
          return { mark, className: cx(css[mark], day === going && css['going']) };
        }}
        onFocusDay={(day) => setFocused(clamp(day))}
        onChoose={choose}
      />
      <div className={css['foot']}>
        <span className={css['legend']}>{t('cal.has')}</span>
        <TextButton
          why={days?.earliest === null && days.earliestSure ? t('cal.empty') : null}
          onClick={() => void go('first')}
        >
          {t('cal.first')}
        </TextButton>
      </div>
      <State days={days} failed={failed} going={going !== null} />
    </Popover>
  );
}

/** Before anybody could have sent anything. */
const OLDEST = new Date(2_000, 0, 1).getTime();

function markOf(days: MonthDays | null, day: DayStart, today: DayStart): DayMark {
  if (day > today) return 'none';
  return days?.marks.get(day) ?? 'unknown';
}

/** What is being done, or why a day has no mark: one line. */
function State({ days, failed, going }: { days: MonthDays | null; failed: string | null; going: boolean }) {
  const t = useT();
  const partly = days !== null && [...days.marks.values()].includes('unknown');
  if (failed !== null)
    return (
      <p className={cx(css['note'], css['failed'])} role="alert">
        {failed}
      </p>
    );
  if (going || days?.asking)
    return (
      <p className={css['note']} role="status">
        <Spinner size={12} />
        {t(going ? 'cal.going' : 'cal.asking')}
      </p>
    );
  if (days?.offline) return <p className={css['note']}>{t('cal.offline')}</p>;
  if (days && days.earliest === null && days.earliestSure)
    return <p className={css['note']}>{t('cal.empty')}</p>;
  return partly ? <p className={css['note']}>{t('cal.partly')}</p> : null;
}
