import { useRef } from 'react';
import { cx } from './cx.ts';
import { takeRovingKey } from './roving-keys.ts';
import css from './segmented-choice.module.css';

interface SegmentedChoiceProps<T extends string> {
  label: string;
  options: readonly { id: T; label: string }[];
  selected: T;
  onSelect: (id: T) => void;
  /** Seen and read, not changed. */
  disabled?: boolean;
}

/** A few choices side by side, one of which holds: arrows move and choose, Tab leaves. */
export function SegmentedChoice<T extends string>({
  label,
  options,
  selected,
  onSelect,
  disabled = false,
}: SegmentedChoiceProps<T>) {
  const group = useRef<HTMLDivElement>(null);
  const at = options.findIndex(({ id }) => id === selected);
  const moveTo = (index: number): void => {
    const next = options[index];
    if (!next || disabled) return;
    onSelect(next.id);
    group.current?.querySelector<HTMLElement>(`[data-choice="${next.id}"]`)?.focus();
  };
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      aria-disabled={disabled || undefined}
      className={cx(css['group'], disabled && css['disabled'])}
    >
      {options.map(({ id, label: words }) => (
        <button
          key={id}
          type="button"
          role="radio"
          data-choice={id}
          aria-checked={id === selected}
          aria-disabled={disabled || undefined}
          tabIndex={id === selected ? 0 : -1}
          className={cx(css['choice'], id === selected && css['selected'])}
          onClick={() => !disabled && onSelect(id)}
          onKeyDown={(event) =>
            takeRovingKey(event, { count: options.length, at, wrap: true, horizontal: true, moveTo })
          }
        >
          {words}
        </button>
      ))}
    </div>
  );
}
