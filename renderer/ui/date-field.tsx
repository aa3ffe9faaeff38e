import { CalendarDays } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { dayStartOf, dayText, readDay, readTime } from '../text/day-text.ts';
import { addDays, addMonths, dayOf, monthOf } from '../text/month-days.ts';
import { IconButton } from './icon-button.tsx';
import { MonthGrid } from './month-grid.tsx';
import { MonthTurns } from './month-turns.tsx';
import { NativeInput } from './native-field.tsx';
import { Popover } from './popover.tsx';
import { TimeInput } from './time-input.tsx';
import { useWritten } from './use-written.ts';
import css from './date-field.module.css';

interface FieldProps {
  label: string;
  /** `2026-11-29`, `09:30`; what cannot be read as it is written (`isNoDay`); '' = nothing. */
  value: string;
  /** Id of what says that it is wrong. */
  wrong?: string | null;
  /** Somebody wants to go on: what cannot be read is said although the field has not been left. */
  insist?: boolean;
  onChange: (value: string) => void;
}

interface DateFieldProps extends FieldProps {
  /** The first day that the calendar offers. */
  min?: string;
  /** The first of its dialog to have the focus. */
  autofocus?: boolean;
}

/**
 * A day, written or picked from a calendar. Not the browser's own field: that is written as the system's language has
 * it, not as ours.
 */
export function DateField({
  label,
  value,
  min,
  wrong = null,
  insist = false,
  autofocus = false,
  onChange,
}: DateFieldProps) {
  const t = useT();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [anchor, setAnchor] = useState<{ x: number; y: number; avoid: DOMRect } | null>(null);
  const { props, isWrong, isOpen } = useWritten({
    value,
    read: readDay,
    show: (day) => day,
    step: (day, by) => {
      const start = dayStartOf(day);
      return start === null ? null : dayText(addDays(start, by));
    },
    onChange,
  });
  const open = (): void => {
    const avoid = box.current?.getBoundingClientRect();
    if (avoid) setAnchor({ x: avoid.left, y: avoid.bottom + 4, avoid });
  };
  const said = isWrong && (insist || !isOpen);
  const noteId = `${id}-note`;
  return (
    <div className={css['field']}>
      <label htmlFor={id}>{label}</label>
      <div ref={box} className={css['box']}>
        <NativeInput
          id={id}
          placeholder={t('date.format')}
          autoComplete="off"
          inputMode="numeric"
          maxLength={20}
          aria-invalid={wrong !== null || said}
          aria-describedby={wrong ?? (said ? noteId : undefined)}
          data-autofocus={autofocus ? '' : undefined}
          {...props}
          onKeyDown={(event) => {
            props.onKeyDown(event);
            if (event.key !== 'ArrowDown' || !event.altKey) return;
            event.preventDefault();
            open();
          }}
        />
        <IconButton
          icon={CalendarDays}
          size={28}
          iconSize={16}
          label={t('date.open')}
          aria-haspopup="dialog"
          aria-expanded={anchor !== null}
          aria-describedby={id}
          className={css['button']}
          onClick={open}
        />
      </div>
      {said && (
        <p id={noteId} role="alert" className={css['wrong']}>
          {t('date.wrong')}
        </p>
      )}
      {anchor && (
        <Picker
          {...{ label, value, min, anchor }}
          onClose={() => setAnchor(null)}
          onPick={(day) => {
            onChange(day);
            setAnchor(null);
          }}
        />
      )}
    </div>
  );
}

/** Nobody means a day before it. */
const OLDEST = new Date(2_000, 0, 1).getTime();
const NEWEST = new Date(2_099, 11, 31).getTime();

function Picker({
  label,
  value,
  min,
  anchor,
  onPick,
  onClose,
}: {
  label: string;
  value: string;
  min: string | undefined;
  anchor: { x: number; y: number; avoid: DOMRect };
  onPick: (day: string) => void;
  onClose: () => void;
}) {
  const [today] = useState(() => dayOf(Date.now()));
  const first = dayStartOf(min ?? '') ?? OLDEST;
  const clamp = (day: number): number => Math.min(NEWEST, Math.max(first, day));
  const chosen = dayStartOf(value);
  const [focused, setFocused] = useState(clamp(chosen ?? today));
  const month = monthOf(focused);
  return (
    <Popover label={label} anchor={anchor} className={css['calendar']} onClose={onClose}>
      <MonthTurns
        month={month}
        could={(months) => (months < 0 ? month > monthOf(first) : month < monthOf(NEWEST))}
        onTurn={(months) => setFocused(clamp(addMonths(focused, months)))}
      />
      <MonthGrid
        focused={focused}
        today={today}
        selected={chosen}
        isOff={(day) => day < first}
        onFocusDay={(day) => setFocused(clamp(day))}
        onChoose={(day) => day >= first && onPick(dayText(day))}
      />
    </Popover>
  );
}

/** A time, beside a day. */
export function TimeField({ label, value, wrong = null, insist = false, onChange }: FieldProps) {
  const t = useT();
  const id = useId();
  const [left, setLeft] = useState(false);
  const said = value !== '' && readTime(value) === null && (insist || left);
  const noteId = `${id}-note`;
  return (
    <div className={css['field']}>
      <label htmlFor={id}>{label}</label>
      <div className={css['box']}>
        <TimeInput
          id={id}
          value={value}
          aria-invalid={wrong !== null || said}
          aria-describedby={wrong ?? (said ? noteId : undefined)}
          onFocus={() => setLeft(false)}
          onLeave={() => setLeft(true)}
          onChange={onChange}
        />
      </div>
      {said && (
        <p id={noteId} role="alert" className={css['wrong']}>
          {t('time.wrong')}
        </p>
      )}
    </div>
  );
}

/** Several beside each other, under each other where there is no room. */
export function DateFields({ children }: { children: ReactNode }) {
  return <div className={css['fields']}>{children}</div>;
}
