import type { LucideIcon } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { useT } from '../i18n/i18n.ts';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { NativeInput } from './native-field.tsx';
import { overBy } from './over-by.ts';
import css from './text-field.module.css';

interface TextFieldProps extends Omit<ComponentProps<typeof NativeInput>, 'size' | 'prefix'> {
  label: string;
  /** Keeps the label for readers only. */
  hideLabel?: boolean;
  /** 42 px (forms) or 34 px (panes). */
  size?: 'normal' | 'small';
  icon?: LucideIcon | undefined;
  /** Inside of the box, before the words. */
  leading?: ReactNode;
  trailing?: ReactNode;
  /** Shown under the field instead of `help`, and the field is marked invalid. */
  error?: string | undefined;
  help?: ReactNode;
  /** Lines that are kept free for help and error: what stands below never moves. Default: none. */
  noteLines?: 0 | 1 | 2 | 3;
  value: string;
  /** Nothing is cut off: what is longer stays, and is said. Whoever sends it off asks `overBy`. */
  maxLength?: number;
}

/** Label, field, and one line of help or error under it. */
export function TextField({
  label,
  hideLabel = false,
  size = 'normal',
  icon,
  leading,
  trailing,
  error,
  help,
  noteLines = 0,
  className,
  maxLength,
  ...rest
}: TextFieldProps) {
  const t = useT();
  const id = useId();
  const noteId = `${id}-note`;
  const over = maxLength === undefined ? 0 : overBy(rest.value, maxLength);
  const wrong = over > 0 ? t('field.tooLong', { n: over, max: maxLength ?? 0 }) : error;
  const hasNote = Boolean(wrong ?? help);
  return (
    <div className={cx(noteLines > 0 && css['steady'], className)}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : css['label']}>
        {label}
      </label>
      <div className={cx(css['box'], size === 'small' && css['small'], wrong && css['invalid'])}>
        {icon && <Icon of={icon} size={16} className={css['icon']} />}
        {leading}
        <NativeInput
          // Else the browser may write what is typed to its own files (session state, form history).
          autoComplete="off"
          dir="auto"
          {...rest}
          id={id}
          className="bare-input"
          aria-invalid={wrong ? true : undefined}
          aria-describedby={hasNote ? noteId : undefined}
        />
        {trailing}
      </div>
      {(hasNote || noteLines > 0) && (
        <div className={css['note']} data-lines={noteLines}>
          {hasNote && (
            <div
              id={noteId}
              className={cx(css['help'], wrong && css['error'])}
              role={wrong ? 'alert' : undefined}
            >
              {wrong ?? help}
            </div>
          )}
        </div>
      )}
    </div>
  );
}
