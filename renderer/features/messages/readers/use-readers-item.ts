import { Users } from 'lucide-react';
import { ChannelType, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { requestReaction } from '../../../state/messages/reactions.ts';
import { useSession } from '../../../state/session/session-store.ts';
import type { MenuAnchor, MenuItem } from '../../../ui/menu.tsx';

/** An own message of a group that asked for receipts, on a server that tells who has read it. */
export function useTellsReaders({ channel, messageId, own, readCount }: MessageView): boolean {
  const offered = useSession((state) => state.abilities.readers);
  return (
    offered && own && messageId !== null && readCount !== null && channel.channelType === ChannelType.group
  );
}

/** "Who has read it", in the menu of the message. */
export function useReadersItem(message: MessageView, anchor: MenuAnchor): MenuItem[] {
  const t = useT();
  const tells = useTellsReaders(message);
  const { channel, key } = message;
  return tells
    ? [
        {
          id: 'readers',
          label: t('readby.title'),
          icon: Users,
          onSelect: () => requestReaction({ what: 'read', channel, key, anchor }),
        },
      ]
    : [];
}
