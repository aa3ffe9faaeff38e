import { useRef } from 'react';
import { cx } from './cx.ts';
import css from './segmented-tabs.module.css';

interface SegmentedTabsProps<T extends string> {
  label: string;
  tabs: readonly { id: T; label: string; marked?: boolean }[];
  selected: T;
  onSelect: (id: T) => void;
  /** id of the element the tabs control. */
  panelId: string;
}

/** Pills with the tab pattern: arrows move and select, Tab leaves. */
export function SegmentedTabs<T extends string>({
  label,
  tabs,
  selected,
  onSelect,
  panelId,
}: SegmentedTabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (step: number): void => {
    const index = tabs.findIndex((tab) => tab.id === selected);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={css['tabs']}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          data-tab={tab.id}
          aria-selected={tab.id === selected}
          aria-controls={panelId}
          tabIndex={tab.id === selected ? 0 : -1}
          className={cx(css['tab'], tab.id === selected && css['selected'])}
          onClick={() => onSelect(tab.id)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (step === 0) return;
            event.preventDefault();
            move(step);
          }}
        >
          {tab.label}
          {tab.marked && <i className={css['dot']} />}
        </button>
      ))}
    </div>
  );
}
