import { Search, UsersRound, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { Avatar } from './avatar.tsx';
import { CheckMark } from './checkbox.tsx';
import { EmptyState } from './empty-state.tsx';
import { Icon } from './icon.tsx';
import { takeRovingKey } from './roving-keys.ts';
import { SkeletonRows } from './skeleton.tsx';
import { toldApart } from '../text/told-apart.ts';
import { TextField } from './text-field.tsx';
import css from './pick-list.module.css';

/** Something that can be picked. `id` is its identity, `avatarId` decides the colour of its picture. */
export interface PickEntry {
  id: string;
  name: string;
  avatarId: string;
  channelType?: number;
  /** What tells it from another of the same name (`toldApart`). */
  facts?: readonly string[];
  /** Why it cannot be picked. */
  why?: string;
}

interface PickListProps<T extends PickEntry> {
  /** What fits the filter; null while it is not known. */
  rows: readonly T[] | null;
  picked: readonly T[];
  onChange: (picked: T[]) => void;
  filter: string;
  onFilter: (filter: string) => void;
  labels: {
    filter: string;
    list: string;
    picked: (n: number) => string;
    remove: (name: string) => string;
    empty: string;
  };
  /** What can be done where nothing is there to pick. */
  emptyAction?: ReactNode;
  /** At most this many. */
  max?: number;
  /** Between field and list. */
  note?: ReactNode;
}

/** Chips of what is picked, a filter, and a multi-select listbox with one tab stop. */
export function PickList<T extends PickEntry>({
  rows,
  picked,
  onChange,
  filter,
  onFilter,
  labels,
  max = Infinity,
  note,
  emptyAction,
}: PickListProps<T>) {
  const [focused, setFocused] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const known = rows ?? [];
  const details = toldApart([...known, ...picked]);
  const isPicked = (id: string): boolean => picked.some((entry) => entry.id === id);
  const toggle = (entry: T): void => {
    if (entry.why !== undefined) return;
    if (isPicked(entry.id)) onChange(picked.filter((other) => other.id !== entry.id));
    else if (picked.length < max) onChange([...picked, entry]);
  };
  const focusRow = (index: number): void => {
    const at = Math.min(known.length - 1, Math.max(0, index));
    setFocused(at);
    list.current?.querySelectorAll<HTMLElement>('[role="option"]')[at]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    if (takeRovingKey(event, { count: known.length, at: focused, edges: true, moveTo: focusRow })) return;
    if (event.key === ' ' || event.key === 'Enter') {
      const row = known[focused];
      event.preventDefault();
      if (row) toggle(row);
    }
  };
  const stop = Math.min(focused, Math.max(0, known.length - 1));

  return (
    <div>
      {picked.length > 0 && (
        <ul className={css['chips']} aria-label={labels.picked(picked.length)}>
          {picked.map((entry) => (
            <li key={entry.id} className={css['chip']}>
              <Avatar id={entry.avatarId} name={entry.name} size={20} {...typeOf(entry)} />
              <bdi className="ellipsis">{entry.name}</bdi>
              <Detail text={details.get(entry.id)} />
              <button type="button" aria-label={labels.remove(entry.name)} onClick={() => toggle(entry)}>
                <Icon of={X} size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextField
        data-autofocus
        label={labels.filter}
        hideLabel
        size="small"
        icon={Search}
        placeholder={labels.filter}
        value={filter}
        onChange={(event) => {
          onFilter(event.target.value);
          setFocused(0);
        }}
        onKeyDown={(event) => {
          const first = known.find(({ why }) => why === undefined);
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            focusRow(0);
          } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && filter.trim() && first) {
            event.preventDefault();
            toggle(first);
            onFilter('');
          }
        }}
      />
      {note}
      {rows === null ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState icon={UsersRound} text={labels.empty} action={emptyAction} />
      ) : (
        <div
          ref={list}
          role="listbox"
          aria-multiselectable="true"
          aria-label={labels.list}
          tabIndex={-1}
          className={css['list']}
          onKeyDown={onKeyDown}
        >
          {rows.map((entry, index) => (
            // Keys are handled by the listbox.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={entry.id}
              role="option"
              aria-selected={isPicked(entry.id)}
              aria-disabled={entry.why !== undefined}
              tabIndex={index === stop ? 0 : -1}
              className={css['row']}
              onClick={() => {
                setFocused(index);
                toggle(entry);
              }}
            >
              <CheckMark checked={isPicked(entry.id)} />
              <Avatar id={entry.avatarId} name={entry.name} size={28} {...typeOf(entry)} />
              <bdi className="ellipsis">{entry.name}</bdi>
              <Detail text={details.get(entry.id)} />
              {entry.why !== undefined && <span className={css['why']}>{entry.why}</span>}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

const Detail = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : <bdi className={css['detail']}>{text}</bdi>;

const typeOf = (entry: PickEntry): { channelType?: number } =>
  entry.channelType === undefined ? {} : { channelType: entry.channelType };
