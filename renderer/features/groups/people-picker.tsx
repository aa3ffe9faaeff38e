import { useMemo, useState } from 'react';
import type { ContactView } from '../../../shared/domain.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { openDialog } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { type PickEntry, PickList } from '../../ui/pick-list.tsx';
import { personFacts } from '../../text/person-facts.ts';
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
const entryOf = (contact: ContactView, t: Translate): PersonEntry => ({
  id: contact.uid,
  avatarId: contact.uid,
  name: contact.remark || contact.name,
  facts: personFacts(t, contact),
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
            !entry.destroyed &&
            matchesName(filter, [
              entry.remark,
              entry.name,
              entry.username,
              entry.sortKey,
              entry.shortNo ?? '',
            ]),
        )
        .map((contact) => entryOf(contact, t)),
    [contacts, exclude, filter, t],
  );
  return (
    <PickList
      rows={rows}
      picked={picked.map((contact) => entryOf(contact, t))}
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
      emptyAction={
        contacts?.length === 0 && (
          <Button onClick={() => openDialog({ kind: 'addFriend' })}>{t('contacts.add')}</Button>
        )
      }
    />
  );
}
