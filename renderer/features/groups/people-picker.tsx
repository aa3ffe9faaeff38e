import { useMemo, useState } from 'react';
import type { ContactView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { type PickEntry, PickList } from '../../ui/pick-list.tsx';
import { matchesName } from '../../text/name-match.ts';
import { useContacts } from '../../state/session/use-contacts.ts';

interface PeoplePickerProps {
  picked: readonly ContactView[];
  onChange: (picked: ContactView[]) => void;
  /** Not offered: they are members already. */
  exclude?: ReadonlySet<string>;
}

interface PersonEntry extends PickEntry {
  contact: ContactView;
}
const entryOf = (contact: ContactView): PersonEntry => ({
  id: contact.uid,
  avatarId: contact.uid,
  name: contact.remark || contact.name,
  contact,
});

/** Friends to pick from. */
export function PeoplePicker({ picked, onChange, exclude }: PeoplePickerProps) {
  const t = useT();
  const { contacts } = useContacts();
  const [filter, setFilter] = useState('');
  const rows = useMemo(
    () =>
      contacts &&
      contacts
        .filter(
          (entry) =>
            !exclude?.has(entry.uid) &&
            matchesName(filter, [entry.remark, entry.name, entry.username, entry.sortKey]),
        )
        .map(entryOf),
    [contacts, exclude, filter],
  );
  return (
    <PickList
      rows={rows}
      picked={picked.map(entryOf)}
      onChange={(entries) => onChange(entries.map((entry) => entry.contact))}
      filter={filter}
      onFilter={setFilter}
      labels={{
        filter: t('group.new.filter'),
        list: t('group.new.pick'),
        picked: (n) => t('group.new.picked', { n }),
        remove: (name) => t('group.new.removePick', { name }),
        empty: contacts?.length === 0 ? t('empty.contacts') : t('empty.members'),
      }}
    />
  );
}
