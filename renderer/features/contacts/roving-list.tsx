import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { cx } from '../../ui/cx.ts';
import { ListSection } from '../../ui/list-section.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { TypeAhead } from '../../ui/type-ahead.ts';
import { nameStartsWith } from '../../text/name-match.ts';
import css from './roving-list.module.css';

interface RovingRow {
  id: string;
  name: string;
  selected: boolean;
  content: ReactNode;
  onOpen: () => void;
}
interface RovingListProps {
  label: string;
  sections: readonly { title: string | null; rows: readonly RovingRow[] }[];
}

/** A listbox with headings and one tab stop: arrows, Home, End, type-ahead; Enter, Space or a click opens. */
export function RovingList({ label, sections }: RovingListProps) {
  const list = useRef<HTMLDivElement>(null);
  const typeAhead = useRef(new TypeAhead(nameStartsWith));
  const rows = sections.flatMap((section) => section.rows);
  const [focused, setFocused] = useState<string | null>(null);
  const stop = rows.some((row) => row.id === focused)
    ? focused
    : (rows.find((row) => row.selected) ?? rows[0])?.id;
  const focusAt = (index: number): void => {
    const row = rows[index];
    if (!row) return;
    setFocused(row.id);
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.findIndex((row) => row.id === stop);
    if (takeRovingKey(event, { count: rows.length, at, edges: true, moveTo: focusAt })) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      rows[at]?.onOpen();
      return;
    }
    const names = rows.map((row) => row.name);
    typeAhead.current.takeKey(event, names, at, focusAt);
  };
  return (
    <div
      ref={list}
      role="listbox"
      aria-label={label}
      tabIndex={-1}
      className={css['list']}
      onKeyDown={onKeyDown}
    >
      {sections.map((section, index) => (
        <div key={section.title ?? index} role="group" aria-label={section.title ?? label}>
          {section.title !== null && (
            <div aria-hidden="true">
              <ListSection title={section.title} />
            </div>
          )}
          {section.rows.map((row) => (
            // Keys are handled by the listbox.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={row.id}
              role="option"
              data-row={row.id}
              aria-selected={row.selected}
              tabIndex={row.id === stop ? 0 : -1}
              data-region-entry={row.id === stop ? '' : undefined}
              className={cx(css['row'], row.selected && css['selected'])}
              onClick={() => {
                setFocused(row.id);
                row.onOpen();
              }}
            >
              {row.content}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
