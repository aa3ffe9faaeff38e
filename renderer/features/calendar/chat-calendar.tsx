import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight } from 'lucide-react';
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import type { DayMark } from '../../../shared/ipc/contract/messages.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { firstWeekday, longDay, monthName, weekdayNames } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { type CalendarRequest, closeCalendar, jumpTo, useUi } from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { announce } from '../../ui/live-region.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { addDays, addMonths, type DayStart, dayAfterKey, dayOf, monthOf, weeksOf } from './month-days.ts';
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
  const weekday = firstWeekday(language);
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
      <div className={css['head']}>
        <Turn icon={ChevronsLeft} name="cal.prevYear" able={couldTurn(-12)} onTurn={() => turn(-12)} />
        <Turn icon={ChevronLeft} name="cal.prevMonth" able={couldTurn(-1)} onTurn={() => turn(-1)} />
        <h2 className={css['title']} aria-live="polite" data-testid="calendar-month">
          {monthName(language, month)}
        </h2>
        <Turn icon={ChevronRight} name="cal.nextMonth" able={couldTurn(1)} onTurn={() => turn(1)} />
        <Turn icon={ChevronsRight} name="cal.nextYear" able={couldTurn(12)} onTurn={() => turn(12)} />
      </div>
      <Grid
        {...{ month, today, focused, shownDay, days, going, weekday }}
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

function Turn({
  icon,
  name,
  able,
  onTurn,
}: {
  icon: typeof ChevronLeft;
  name: 'cal.prevYear' | 'cal.prevMonth' | 'cal.nextMonth' | 'cal.nextYear';
  able: boolean;
  onTurn: () => void;
}) {
  const t = useT();
  return (
    <IconButton
      icon={icon}
      size={28}
      iconSize={16}
      label={t(name)}
      // It keeps the focus when the last month is reached.
      aria-disabled={!able}
      className={able ? undefined : css['off']}
      onClick={() => able && onTurn()}
    />
  );
}

function Grid({
  month,
  today,
  focused,
  shownDay,
  days,
  going,
  weekday,
  onFocusDay,
  onChoose,
}: {
  month: DayStart;
  today: DayStart;
  focused: DayStart;
  /** The day that is read now; null = not known. */
  shownDay: DayStart | null;
  days: MonthDays | null;
  going: DayStart | 'first' | null;
  weekday: number;
  onFocusDay: (day: DayStart) => void;
  onChoose: (day: DayStart) => void;
}) {
  const t = useT();
  const language = useLanguage();
  const grid = useRef<HTMLTableElement>(null);
  const names = weekdayNames(language);
  const head = useId();
  /** A key moved the day: the focus follows it, over months too. */
  const moved = useRef(false);
  useLayoutEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    moved.current = false;
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra one is what it waits for
  }, [focused]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const day = dayAfterKey(focused, event, weekday);
    if (day === null || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    moved.current = true;
    onFocusDay(day);
  };
  return (
    <table
      ref={grid}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a grid of days, walked with the arrows
      role="grid"
      className={css['grid']}
      aria-label={monthName(language, month)}
      aria-busy={days === null || days.asking}
      onKeyDown={onKeyDown}
    >
      <thead>
        <tr>
          {names.map((_, at) => {
            const name = names[(at + weekday) % 7];
            return (
              <th key={name?.long} scope="col" abbr={name?.long} id={`${head}-${at}`}>
                {name?.short}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {weeksOf(month, weekday).map((week, row) => (
          // oxlint-disable-next-line react/no-array-index-key -- rows of a month have no other name
          <tr key={row}>
            {week.map((day, at) => {
              // oxlint-disable-next-line react/no-array-index-key, jsx-a11y/control-has-associated-label -- an empty cell
              if (day === null) return <td key={at} />;
              const mark = markOf(days, day, today);
              const name = longDay(language, day);
              return (
                <td key={day} aria-selected={day === shownDay}>
                  <button
                    type="button"
                    tabIndex={day === focused ? 0 : -1}
                    data-autofocus={day === focused ? '' : undefined}
                    data-mark={mark}
                    aria-label={t(`cal.${mark}`, { d: name })}
                    aria-disabled={mark === 'none'}
                    aria-current={day === today ? 'date' : undefined}
                    className={cx(
                      css['day'],
                      css[mark],
                      day === today && css['today'],
                      day === shownDay && css['shown'],
                      day === going && css['going'],
                    )}
                    onClick={() => onChoose(day)}
                  >
                    {new Date(day).getDate()}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
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
