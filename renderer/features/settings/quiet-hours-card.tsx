import { useId, useState } from 'react';
import { CLOCK_TIME, type QuietHours } from '../../../shared/quiet-hours.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime } from '../../i18n/time-format.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeQuietHours, useSettings } from '../../state/session/settings.ts';
import { useQuietNow } from '../../state/session/quiet-now.ts';
import { Card, SwitchRow } from '../../ui/card.tsx';
import { cx } from '../../ui/cx.ts';
import { TimeInput } from '../../ui/time-input.tsx';
import css from './quiet-hours-card.module.css';

/** The week as the picture has it: Monday first. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

const change = (part: Partial<QuietHours>) => changeQuietHours(() => part);

/** When nothing is told of by itself (tools.png 9). */
export function QuietHoursCard() {
  const t = useT();
  const { quietHours, notifications } = useSettings();
  const managed = useSession((state) => state.shell?.managed.settings.includes('quietHours') ?? false);
  const now = useQuietNow();
  const id = useId();
  const why = notifications ? null : t('set.notify.needsOn');
  const inner = why !== null || managed;
  // Said once, in the first row.
  const rest = { why: managed ? t('pol.by') : why, whyAt: `${id}-why` };
  return (
    <Card>
      <SwitchRow
        id={`${id}-why`}
        label={t('quiet.title')}
        detail={now ?? t('quiet.hint')}
        checked={quietHours.on}
        why={why}
        managed={managed}
        onChange={(on) => change({ on })}
      />
      {quietHours.on && (
        <>
          <Times
            hours={quietHours}
            disabled={inner}
            whyAt={rest.whyAt}
            onChange={(part) => void change(part)}
          />
          <Days
            hours={quietHours}
            disabled={inner}
            whyAt={rest.whyAt}
            onToggle={(day) => void changeQuietHours(({ days }) => ({ days: toggled(days, day) }))}
          />
          <div className={css['exceptions']}>
            <SwitchRow
              label={t('quiet.mentions')}
              checked={quietHours.mentions}
              {...rest}
              onChange={(mentions) => change({ mentions })}
            />
            <SwitchRow
              label={t('quiet.pinned')}
              checked={quietHours.pinned}
              {...rest}
              onChange={(pinned) => change({ pinned })}
            />
          </div>
        </>
      )}
    </Card>
  );
}

function Times({
  hours: { from, to },
  disabled,
  whyAt,
  onChange,
}: {
  hours: QuietHours;
  disabled: boolean;
  whyAt: string;
  onChange: (part: Partial<QuietHours>) => void;
}) {
  const t = useT();
  const language = useLanguage();
  return (
    <div className={css['block']}>
      <div className={css['times']}>
        <TimeField
          label={t('quiet.from')}
          value={from}
          disabled={disabled}
          whyAt={whyAt}
          onChange={(time) => onChange({ from: time })}
        />
        <span aria-hidden="true">–</span>
        <TimeField
          label={t('quiet.to')}
          value={to}
          disabled={disabled}
          whyAt={whyAt}
          onChange={(time) => onChange({ to: time })}
        />
      </div>
      {to <= from && (
        <div className={css['note']}>
          {to === from ? t('quiet.wholeDay') : t('quiet.nextDay', { t: clockTime(language, timeOn(to)) })}
        </div>
      )}
    </div>
  );
}

/** Some moment at which the clock shows it. */
function timeOn(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(2026, 0, 15, hours, minutes).getTime();
}

/** A time that is only half there changes nothing; what was there comes back when the field is left. */
function TimeField({
  label,
  value,
  disabled,
  whyAt,
  onChange,
}: {
  label: string;
  value: string;
  disabled: boolean;
  whyAt: string;
  onChange: (time: string) => void;
}) {
  const [written, setWritten] = useState<string | null>(null);
  return (
    <TimeInput
      className={css['time']}
      aria-label={label}
      value={written ?? value}
      disabled={disabled}
      aria-describedby={disabled ? whyAt : undefined}
      onChange={(time) => {
        setWritten(time);
        if (CLOCK_TIME.test(time) && time !== value) onChange(time);
      }}
      onLeave={() => setWritten(null)}
    />
  );
}

const toggled = (days: readonly number[], day: number): number[] =>
  days.includes(day) ? days.filter((each) => each !== day) : [...days, day].sort((a, b) => a - b);

function Days({
  hours: { days },
  disabled,
  whyAt,
  onToggle,
}: {
  hours: QuietHours;
  disabled: boolean;
  whyAt: string;
  onToggle: (day: number) => void;
}) {
  const t = useT();
  const id = useId();
  return (
    <div className={css['block']}>
      <div
        role="group"
        aria-label={t('quiet.days')}
        aria-describedby={disabled ? `${id} ${whyAt}` : id}
        className={css['days']}
      >
        {WEEK.map((day) => {
          const on = days.includes(day);
          return (
            <button
              key={day}
              type="button"
              aria-pressed={on}
              aria-label={t(`quiet.day${day}` satisfies PlainKey)}
              disabled={disabled}
              className={cx(css['day'], on && css['on'])}
              onClick={() => onToggle(day)}
            >
              {t(`quiet.short${day}` satisfies PlainKey)}
            </button>
          );
        })}
      </div>
      <div id={id} className={css['note']}>
        {t(days.length === 0 ? 'quiet.noDays' : 'quiet.days')}
      </div>
    </div>
  );
}
