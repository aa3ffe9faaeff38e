import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { type ChatTarget, useChatTargets } from '../../state/people/chat-targets.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { PickList } from '../../ui/pick-list.tsx';
import { showToast } from '../../ui/toast.tsx';

const MOST = 9;

/** Into which chats somebody's card goes. */
export function SendCardDialog({ uid, name, onClose }: { uid: string; name: string; onClose: () => void }) {
  const t = useT();
  const [picked, setPicked] = useState<ChatTarget[]>([]);
  const [filter, setFilter] = useState('');
  const rows = useChatTargets(filter, uid);
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
