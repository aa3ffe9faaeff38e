import { ChevronLeft, ChevronRight, ChevronsLeft, ChevronsRight } from 'lucide-react';
import { useLanguage, useT } from '../i18n/i18n.ts';
import { monthName } from '../i18n/time-format.ts';
import { IconButton } from './icon-button.tsx';
import css from './month-turns.module.css';

/** Head of a calendar: its month, and the ways to others. */
export function MonthTurns({
  month,
  could,
  onTurn,
}: {
  month: number;
  /** Whether there is anything so many months away. */
  could: (months: number) => boolean;
  onTurn: (months: number) => void;
}) {
  const language = useLanguage();
  const turn = { could, onTurn };
  return (
    <div className={css['head']}>
      <Turn icon={ChevronsLeft} name="cal.prevYear" months={-12} {...turn} />
      <Turn icon={ChevronLeft} name="cal.prevMonth" months={-1} {...turn} />
      <h2 className={css['title']} aria-live="polite" data-testid="calendar-month">
        {monthName(language, month)}
      </h2>
      <Turn icon={ChevronRight} name="cal.nextMonth" months={1} {...turn} />
      <Turn icon={ChevronsRight} name="cal.nextYear" months={12} {...turn} />
    </div>
  );
}

function Turn({
  icon,
  name,
  months,
  could,
  onTurn,
}: {
  icon: typeof ChevronLeft;
  name: 'cal.prevYear' | 'cal.prevMonth' | 'cal.nextMonth' | 'cal.nextYear';
  months: number;
  could: (months: number) => boolean;
  onTurn: (months: number) => void;
}) {
  const t = useT();
  const able = could(months);
  return (
    <IconButton
      icon={icon}
      size={28}
      iconSize={16}
      label={t(name)}
      // It keeps the focus when the last month is reached.
      aria-disabled={!able}
      className={able ? undefined : css['off']}
      onClick={() => able && onTurn(months)}
    />
  );
}
