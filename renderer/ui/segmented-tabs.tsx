import { useRef } from 'react';
import { cx } from './cx.ts';
import { takeRovingKey } from './roving-keys.ts';
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
  const moveTo = (index: number): void => {
    const next = tabs[index];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  const at = tabs.findIndex((tab) => tab.id === selected);
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
          onKeyDown={(event) =>
            takeRovingKey(event, { count: tabs.length, at, wrap: true, horizontal: true, moveTo })
          }
        >
          {tab.label}
          {tab.marked && <i className={css['dot']} />}
        </button>
      ))}
    </div>
  );
}
