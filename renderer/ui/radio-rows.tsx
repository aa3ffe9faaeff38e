import { useRef } from 'react';
import { cx } from './cx.ts';
import { takeRovingKey } from './roving-keys.ts';
import css from './radio-rows.module.css';

interface RadioRowsProps<T extends string> {
  label: string;
  options: readonly {
    id: T;
    label: string;
    detail?: string;
    /** Why it cannot be chosen now. */ why?: string;
  }[];
  selected: T;
  /** What was chosen is on its way. */
  busy?: boolean;
  onSelect: (id: T) => void;
}

/** Choices below each other, one of which holds: one tab stop, arrows move and choose. */
export function RadioRows<T extends string>({
  label,
  options,
  selected,
  busy = false,
  onSelect,
}: RadioRowsProps<T>) {
  const group = useRef<HTMLDivElement>(null);
  const at = options.findIndex(({ id }) => id === selected);
  const moveTo = (index: number): void => {
    const next = options[index];
    if (!next) return;
    if (next.why === undefined) onSelect(next.id);
    group.current?.querySelector<HTMLElement>(`[data-choice="${next.id}"]`)?.focus();
  };
  return (
    <div ref={group} role="radiogroup" aria-label={label} aria-busy={busy || undefined}>
      {options.map(({ id, label: words, detail, why }, index) => (
        <button
          key={id}
          type="button"
          role="radio"
          data-choice={id}
          aria-checked={id === selected}
          aria-disabled={why !== undefined || undefined}
          tabIndex={id === selected ? 0 : -1}
          className={cx(css['row'], why !== undefined && css['disabled'])}
          onClick={() => why === undefined && onSelect(id)}
          onKeyDown={(event) =>
            takeRovingKey(event, { count: options.length, at: at < 0 ? index : at, wrap: true, moveTo })
          }
        >
          <span className={css['dot']} />
          <span>
            <span className={css['label']}>{words}</span>
            {(why ?? detail) !== undefined && <span className={css['detail']}>{why ?? detail}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}
