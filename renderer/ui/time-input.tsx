import type { ComponentProps } from 'react';
import { twoDigits } from '../../shared/clock-text.ts';
import { type Language, useLanguage, useT } from '../i18n/i18n.ts';
import { clockTime } from '../i18n/time-format.ts';
import { readTime } from '../text/day-text.ts';
import { NativeInput } from './native-field.tsx';
import { useWritten } from './use-written.ts';

interface TimeInputProps extends Omit<
  ComponentProps<typeof NativeInput>,
  'value' | 'onChange' | 'onBlur' | 'onKeyDown' | 'type'
> {
  /** `09:30`. */
  value: string;
  /** What cannot be read comes as it is written. */
  onChange: (value: string) => void;
  onLeave?: () => void;
}

/** A time of the clock, as the language writes it. The arrows change hour or minute, where the caret is. */
export function TimeInput({ value, onChange, onLeave, ...rest }: TimeInputProps) {
  const t = useT();
  const language = useLanguage();
  const { props } = useWritten({
    value,
    read: readTime,
    show: (time) => shownTime(language, time),
    step: stepTime,
    onChange,
  });
  return (
    <NativeInput
      placeholder={t('time.format')}
      autoComplete="off"
      maxLength={12}
      {...rest}
      {...props}
      onBlur={() => {
        props.onBlur();
        onLeave?.();
      }}
    />
  );
}

/** As the clock of the language has it; what is no time as it is. */
export function shownTime(language: Language, text: string): string {
  const [hours, minutes] = (readTime(text) ?? '').split(':').map(Number);
  if (hours === undefined || minutes === undefined) return text;
  return clockTime(language, new Date(2026, 0, 15, hours, minutes).getTime());
}

function stepTime(value: string, by: number, field: HTMLInputElement): string | null {
  const [hours, minutes] = (readTime(value) ?? '').split(':').map(Number);
  if (hours === undefined || minutes === undefined) return null;
  const inHours = (field.selectionStart ?? 0) <= field.value.indexOf(':');
  const all = (hours * 60 + minutes + by * (inHours ? 60 : 1) + 1_440) % 1_440;
  return `${twoDigits(Math.floor(all / 60))}:${twoDigits(all % 60)}`;
}
