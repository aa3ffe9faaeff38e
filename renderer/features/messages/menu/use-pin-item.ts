import { Pin, PinOff } from 'lucide-react';
import { canPin, mayPin } from '../../../../shared/content/pin.ts';
import { type ChannelInfoView, channelKey, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { setPin, usePinStore } from '../../../state/messages/pins.ts';
import { useSession } from '../../../state/session/session-store.ts';
import { useKeys } from '../../../state/window/keys.ts';
import type { MenuItem } from '../../../ui/menu.tsx';

/** Pins or unpins; none where the server has no pins, or it is no message that is pinned. */
export function usePinItem(message: MessageView, info: ChannelInfoView | undefined): MenuItem[] {
  const t = useT();
  const keys = useKeys();
  const offered = useSession((state) => state.abilities.pins);
  const { channel, key } = message;
  const pinned = usePinStore(({ chats }) =>
    (chats[channelKey(channel)]?.pins ?? []).some((pin) => pin.message.key === key),
  );
  if (!offered || !info || !canPin(message)) return [];
  return [
    {
      id: 'pin',
      label: t(pinned ? 'pin.unpin' : 'pin.pin'),
      icon: pinned ? PinOff : Pin,
      shortcut: keys('pin'),
      disabledReason: mayPin(info) ? undefined : t('pin.why'),
      onSelect: () => setPin({ channel, key }, !pinned),
    },
  ];
}
