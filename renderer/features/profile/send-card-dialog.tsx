import { useCallback, useMemo, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useConversations } from '../../state/session/session-store.ts';
import { useContacts } from '../../state/session/use-contacts.ts';
import { personFacts } from '../../text/person-facts.ts';
import { matchesName } from '../../text/name-match.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { type PickEntry, PickList } from '../../ui/pick-list.tsx';
import { showToast } from '../../ui/toast.tsx';

interface Target extends PickEntry {
  channel: ChannelRef;
}
const MOST = 9;

/** Into which chats somebody's card goes. */
export function SendCardDialog({ uid, name, onClose }: { uid: string; name: string; onClose: () => void }) {
  const t = useT();
  const conversations = useConversations();
  const [picked, setPicked] = useState<Target[]>([]);
  const [filter, setFilter] = useState('');
  const { contacts } = useContacts();
  const factsOf = useCallback(
    (id: string) => {
      const contact = contacts?.find((entry) => entry.uid === id);
      return contact ? personFacts(t, contact) : [];
    },
    [contacts, t],
  );
  const rows = useMemo(
    () =>
      conversations
        .filter((row) => row.channel.channelId !== uid && matchesName(filter, [row.name]))
        .map((row): Target => ({
          id: channelKey(row.channel),
          name: row.name,
          avatarId: row.channel.channelId,
          channelType: row.channel.channelType,
          channel: row.channel,
          facts: factsOf(row.channel.channelId),
        })),
    [conversations, filter, uid, factsOf],
  );
  return (
    <ActionDialog
      title={t('prof.cardTitle', { name })}
      actionLabel={t('prof.cardSend')}
      disabled={picked.length === 0}
      onClose={onClose}
      onAction={async (isOpen) => {
        const done = await attempt(async () => {
          for (const { channel } of picked) await call('people.sendCard', { channel, uid });
        });
        if (!done) return;
        showToast({ text: t('prof.cardSent'), tone: 'success' });
        if (isOpen()) onClose();
      }}
    >
      <PickList
        rows={rows}
        picked={picked}
        onChange={setPicked}
        filter={filter}
        onFilter={setFilter}
        max={MOST}
        labels={{
          filter: t('prof.cardFilter'),
          list: t('prof.cardList'),
          picked: (n) => t('group.new.picked', { n }),
          remove: (label) => t('group.new.removePick', { name: label }),
          empty: t('empty.hits', { q: filter }),
        }}
      />
    </ActionDialog>
  );
}
