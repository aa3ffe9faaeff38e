import type { Ref } from 'react';
import { cx } from '../../ui/cx.ts';
import { NativeInput } from '../../ui/native-field.tsx';
import css from './code-boxes.module.css';

/** Boxes that are drawn. Codes of four digits (TSDD's) leave the last two empty. */
export const CODE_LENGTH = 6;

interface CodeBoxesProps {
  ref: Ref<HTMLInputElement>;
  label: string;
  value: string;
  disabled: boolean;
  invalid: boolean;
  describedBy: string;
  /** Digits only, `CODE_LENGTH` at most. */
  onChange: (code: string) => void;
}

/**
 * A code, one box a digit. It is one field: what is pasted fills it, the system can offer the code of an SMS, and
 * readers hear one thing. The boxes are its picture.
 */
export function CodeBoxes({ ref, label, value, disabled, invalid, describedBy, onChange }: CodeBoxesProps) {
  return (
    <div className={css['field']}>
      <NativeInput
        ref={ref}
        className={css['input']}
        name="code"
        aria-label={label}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        autoComplete="one-time-code"
        inputMode="numeric"
        pattern="[0-9]*"
        spellCheck={false}
        disabled={disabled}
        value={value}
        onChange={(event) => onChange(digitsOf(event.target.value))}
      />
      <div className={css['boxes']} aria-hidden="true">
        {Array.from({ length: CODE_LENGTH }, (_, index) => (
          <span
            // Places, not things: they neither move nor come and go.
            key={index}
            className={cx(
              css['box'],
              invalid && css['invalid'],
              index === Math.min(value.length, CODE_LENGTH - 1) && css['next'],
            )}
          >
            {value[index] ?? ''}
          </span>
        ))}
      </div>
    </div>
  );
}

/** As pasted out of a message: `你的验证码是 407-123`, full-width digits too. */
const digitsOf = (text: string): string =>
  text.slice(0, 200).normalize('NFKC').replaceAll(/\D/g, '').slice(0, CODE_LENGTH);
