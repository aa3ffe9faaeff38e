import { Search, UsersRound, X } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { ContactView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { CheckMark } from '../../ui/checkbox.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { matchesName } from '../contacts/name-match.ts';
import { useContacts } from '../contacts/use-contacts.ts';
import css from './people-picker.module.css';

interface PeoplePickerProps {
  picked: readonly ContactView[];
  onChange: (picked: ContactView[]) => void;
  /** Not offered: they are members already. */
  exclude?: ReadonlySet<string>;
}

/** Friends to pick from: chips of the picked ones, a filter, and a multi-select listbox with one tab stop. */
export function PeoplePicker({ picked, onChange, exclude }: PeoplePickerProps) {
  const t = useT();
  const { contacts } = useContacts();
  const [filter, setFilter] = useState('');
  const [focused, setFocused] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () =>
      (contacts ?? []).filter(
        (entry) =>
          !exclude?.has(entry.uid) &&
          matchesName(filter, [entry.remark, entry.name, entry.username, entry.sortKey]),
      ),
    [contacts, exclude, filter],
  );
  const isPicked = (uid: string): boolean => picked.some((entry) => entry.uid === uid);
  const toggle = (contact: ContactView): void =>
    onChange(
      isPicked(contact.uid) ? picked.filter((entry) => entry.uid !== contact.uid) : [...picked, contact],
    );
  const focusRow = (index: number): void => {
    const at = Math.min(rows.length - 1, Math.max(0, index));
    setFocused(at);
    list.current?.querySelectorAll<HTMLElement>('[role="option"]')[at]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = { ArrowDown: focused + 1, ArrowUp: focused - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      focusRow(target);
    } else if (event.key === ' ' || event.key === 'Enter') {
      const row = rows[focused];
      event.preventDefault();
      if (row) toggle(row);
    }
  };
  const stop = Math.min(focused, Math.max(0, rows.length - 1));

  return (
    <div>
      {picked.length > 0 && (
        <ul className={css['chips']} aria-label={t('group.new.picked', { n: picked.length })}>
          {picked.map((contact) => {
            const name = contact.remark || contact.name;
            return (
              <li key={contact.uid} className={css['chip']}>
                <Avatar id={contact.uid} name={name} size={20} />
                <bdi className="ellipsis">{name}</bdi>
                <button
                  type="button"
                  aria-label={t('group.new.removePick', { name })}
                  onClick={() => toggle(contact)}
                >
                  <Icon of={X} size={14} />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <TextField
        data-autofocus
        label={t('group.new.filter')}
        hideLabel
        size="small"
        icon={Search}
        placeholder={t('group.new.filter')}
        value={filter}
        onChange={(event) => {
          setFilter(event.target.value);
          setFocused(0);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          const first = rows[0];
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            focusRow(0);
          } else if (event.key === 'Enter' && filter.trim() && first) {
            event.preventDefault();
            toggle(first);
            setFilter('');
          }
        }}
      />
      {contacts === null ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState
          icon={UsersRound}
          text={contacts.length === 0 ? t('empty.contacts') : t('empty.members')}
        />
      ) : (
        <div
          ref={list}
          role="listbox"
          aria-multiselectable="true"
          aria-label={t('group.new.pick')}
          tabIndex={-1}
          className={css['list']}
          onKeyDown={onKeyDown}
        >
          {rows.map((contact, index) => {
            const name = contact.remark || contact.name;
            return (
              // Keys are handled by the listbox.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={contact.uid}
                role="option"
                aria-selected={isPicked(contact.uid)}
                tabIndex={index === stop ? 0 : -1}
                className={css['row']}
                onClick={() => {
                  setFocused(index);
                  toggle(contact);
                }}
              >
                <CheckMark checked={isPicked(contact.uid)} />
                <Avatar id={contact.uid} name={name} size={28} />
                <bdi className="ellipsis">{name}</bdi>
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}
