import {
  AppWindow,
  Bell,
  BellOff,
  BellRing,
  CheckCheck,
  Eraser,
  EyeOff,
  MessageSquareDot,
  Pin,
  PinOff,
} from 'lucide-react';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { popOut } from '../../state/chat-window.ts';
import { attempt } from '../../state/errors.ts';
import { useConversation } from '../../state/session/session-store.ts';
import { goToWindowOf, useIsElsewhere } from '../../state/window/own-window.ts';
import { openChannel, openDialog, openNotice, useUi } from '../../state/window/ui-store.ts';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';

export function ConversationMenu({
  channel,
  anchor,
  onClose,
}: {
  channel: ChannelRef;
  anchor: MenuAnchor;
  onClose: () => void;
}) {
  const t = useT();
  const row = useConversation(channelKey(channel));
  const elsewhere = useIsElsewhere(channelKey(channel));
  if (!row) return null;
  const entries: MenuEntry[] = [
    {
      id: 'pin',
      label: t(row.pinned ? 'conv.unpin' : 'conv.pin'),
      icon: row.pinned ? PinOff : Pin,
      onSelect: () => void attempt(() => call('conversations.setPinned', { channel, on: !row.pinned })),
    },
    {
      id: 'mute',
      label: t(row.muted ? 'conv.unmute' : 'conv.mute'),
      icon: row.muted ? Bell : BellOff,
      onSelect: () => void attempt(() => call('conversations.setMuted', { channel, on: !row.muted })),
    },
    {
      id: 'notice',
      label: t('notice.open'),
      icon: BellRing,
      onSelect: () => openNotice({ channel, anchor }),
    },
  ];
  entries.push({
    id: 'popOut',
    label: t(elsewhere ? 'window.show' : 'window.popOut'),
    icon: AppWindow,
    onSelect: () => (elsewhere ? goToWindowOf(channel, null) : void popOut(channel)),
  });
  if (row.unread > 0 || row.markedUnread) {
    entries.push({
      id: 'read',
      label: t('conv.markRead'),
      icon: CheckCheck,
      onSelect: () =>
        void attempt(() => call('conversations.markRead', { channel, messageSeq: row.lastMessageSeq })),
    });
  } else {
    entries.push({
      id: 'unread',
      label: t('conv.markUnread'),
      icon: MessageSquareDot,
      onSelect: () =>
        void attempt(async () => {
          leaveIfOpen(channel);
          await call('conversations.markUnread', { channel });
        }),
    });
  }
  entries.push('separator', {
    id: 'clear',
    label: t('conv.clear'),
    icon: Eraser,
    onSelect: () => openDialog({ kind: 'clearHistory', channel }),
  });
  entries.push({
    id: 'hide',
    label: t('conv.hide'),
    icon: EyeOff,
    onSelect: () =>
      void attempt(async () => {
        await call('conversations.hide', { channel });
        leaveIfOpen(channel);
      }),
  });
  return <Menu label={t('conv.menu')} entries={entries} anchor={anchor} onClose={onClose} />;
}

function leaveIfOpen(channel: ChannelRef): void {
  const { activeChannel } = useUi.getState();
  if (activeChannel && channelKey(activeChannel) === channelKey(channel)) openChannel(null);
}
