import { type KeyboardEvent, useId, useLayoutEffect, useRef } from 'react';
import { useLanguage } from '../i18n/i18n.ts';
import { firstWeekday, longDay, monthName, weekdayNames } from '../i18n/time-format.ts';
import { type DayStart, dayAfterKey, monthOf, weeksOf } from '../text/month-days.ts';
import { cx } from './cx.ts';
import css from './month-grid.module.css';

interface MonthGridProps {
  /** Decides the month, and has the one tab stop. */
  focused: DayStart;
  today: DayStart;
  /** null = none. */
  selected: DayStart | null;
  busy?: boolean;
  /** What readers say of a day; its name where nothing is given. */
  label?: (day: DayStart, name: string) => string;
  isOff: (day: DayStart) => boolean;
  /** Its dot and colour. */
  look?: (day: DayStart) => { mark: string; className: string | undefined };
  onFocusDay: (day: DayStart) => void;
  onChoose: (day: DayStart) => void;
}

/** The days of a month: arrows walk over days and weeks, Home and End to the ends of one, Page keys over months. */
export function MonthGrid({
  focused,
  today,
  selected,
  busy = false,
  label,
  isOff,
  look,
  onFocusDay,
  onChoose,
}: MonthGridProps) {
  const language = useLanguage();
  const weekday = firstWeekday(language);
  const month = monthOf(focused);
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
      aria-busy={busy}
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
              const off = isOff(day);
              const name = longDay(language, day);
              const looks = look?.(day);
              return (
                <td key={day} aria-selected={day === selected}>
                  <button
                    type="button"
                    tabIndex={day === focused ? 0 : -1}
                    data-autofocus={day === focused ? '' : undefined}
                    data-mark={looks?.mark}
                    aria-label={label ? label(day, name) : name}
                    aria-disabled={off}
                    aria-current={day === today ? 'date' : undefined}
                    className={cx(
                      css['day'],
                      off && css['off'],
                      day === today && css['today'],
                      day === selected && css['selected'],
                      looks?.className,
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
