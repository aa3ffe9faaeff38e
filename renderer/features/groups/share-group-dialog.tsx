import { useState } from 'react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { type ChatTarget, useChatTargets } from '../../state/people/chat-targets.ts';
import { ActionDialog } from '../../ui/action-dialog.tsx';
import { PickList } from '../../ui/pick-list.tsx';
import { showToast } from '../../ui/toast.tsx';

const MOST = 9;

/** Into which chats the group's link goes: whoever gets it sees a card, other clients the words with the link. */
export function ShareGroupDialog({
  info,
  link,
  onClose,
}: {
  info: ChannelInfoView;
  link: string;
  onClose: () => void;
}) {
  const t = useT();
  const [picked, setPicked] = useState<ChatTarget[]>([]);
  const [filter, setFilter] = useState('');
  const rows = useChatTargets(filter, info.channel.channelId);
  const text = t('grp.codeShareText', { name: info.name, link });
  return (
    <ActionDialog
      title={t('grp.codeShareTitle', { name: info.name })}
      actionLabel={t('prof.cardSend')}
      disabled={picked.length === 0}
      onClose={onClose}
      onAction={async (isOpen) => {
        const done = await attempt(async () => {
          const mention = { all: false, uids: [] };
          for (const { channel } of picked)
            await call('messages.send', { channel, text, mention, replyToMessageId: null });
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
