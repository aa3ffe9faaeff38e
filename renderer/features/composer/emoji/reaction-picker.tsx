import { channelKey } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { endReactionRequest, toggleReaction, useReactionRequest } from '../../../state/messages/reactions.ts';
import { Popover } from '../../../ui/popover.tsx';
import { EmojiPanel } from './emoji-panel.tsx';

/** Every emoji, to react with. */
export function ReactionPicker() {
  const t = useT();
  const request = useReactionRequest((state) => state.request);
  if (request?.what !== 'all') return null;
  const { anchor, channel, key } = request;
  return (
    <Popover label={t('rx.add')} anchor={anchor} onClose={endReactionRequest}>
      <EmojiPanel
        inPopover
        onPick={(emoji) => {
          endReactionRequest();
          const message = loadedMessage(channelKey(channel), key);
          if (message) toggleReaction(message, emoji);
        }}
        onClose={endReactionRequest}
      />
    </Popover>
  );
}
