import { useState } from 'react';
import type { ChannelInfoView } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useOpenTargets } from '../../state/composer/closed-chats.ts';
import { useChatTargets } from '../../state/people/chat-targets.ts';
import { SendToDialog } from '../../ui/send-to-dialog.tsx';

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
  const [filter, setFilter] = useState('');
  const text = t('grp.codeShareText', { name: info.name, link });
  return (
    <SendToDialog
      title={t('grp.codeShareTitle', { name: info.name })}
      rows={useOpenTargets(useChatTargets(filter, info.channel.channelId))}
      filter={filter}
      onFilter={setFilter}
      send={({ channel }) =>
        call('messages.send', { channel, text, mention: { all: false, uids: [] }, replyToMessageId: null })
      }
      onClose={onClose}
    />
  );
}
