import { useEffect, useRef } from 'react';
import { MAX_PASSCODE, MIN_PASSCODE } from '../../shared/ipc/contract/lock.ts';
import { type Translate, useT } from '../i18n/i18n.ts';
import { PasswordField } from './password-field.tsx';

/** A passcode that somebody chooses, typed twice. */
export interface NewPasscode {
  next: string;
  again: string;
}

export const NO_PASSCODE: NewPasscode = { next: '', again: '' };

/** Both are the same, and of a length that is taken. */
export const isPasscodeRight = ({ next, again }: NewPasscode): boolean =>
  next.length >= MIN_PASSCODE && next.length <= MAX_PASSCODE && next === again;

/** Why they are no passcode (yet); null = they are. */
export function whyNoPasscode(t: Translate, chosen: NewPasscode): string | null {
  if (isPasscodeRight(chosen)) return null;
  const { next, again } = chosen;
  if (next === '' || again === '') return t('why.all');
  return next.length < MIN_PASSCODE ? t('lock.short', { n: MIN_PASSCODE }) : t('lock.differs');
}

interface NewPasscodeFieldsProps {
  value: NewPasscode;
  /** What became of the last try. */
  error?: string | undefined;
  /** Begins in the first field. */
  begins?: boolean;
  size?: 'small';
  onChange: (value: NewPasscode) => void;
}

export function NewPasscodeFields({ value, error, begins = false, size, onChange }: NewPasscodeFieldsProps) {
  const t = useT();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (begins) field.current?.focus();
  }, [begins]);
  const { next, again } = value;
  const isShort = next !== '' && next.length < MIN_PASSCODE;
  const sized = size === undefined ? {} : { size };
  return (
    <>
      <PasswordField
        ref={field}
        {...(begins ? { 'data-autofocus': true } : {})}
        {...sized}
        label={t('lock.new')}
        autoComplete="off"
        maxLength={MAX_PASSCODE}
        value={next}
        error={isShort ? t('lock.short', { n: MIN_PASSCODE }) : undefined}
        help={t('lock.help', { n: MIN_PASSCODE })}
        noteLines={2}
        onChange={(event) => onChange({ next: event.target.value, again })}
      />
      <PasswordField
        {...sized}
        label={t('lock.again')}
        autoComplete="off"
        maxLength={MAX_PASSCODE}
        value={again}
        error={again !== '' && again !== next ? t('lock.differs') : error}
        noteLines={1}
        onChange={(event) => onChange({ next, again: event.target.value })}
      />
    </>
  );
}
