import { Plus } from 'lucide-react';
import { canReact } from '../../../../shared/content/can-react.ts';
import { reactionKey } from '../../../../shared/content/reaction.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import {
  ownReaction,
  quickReactions,
  requestReaction,
  toggleReaction,
} from '../../../state/messages/reactions.ts';
import { useSettings } from '../../../state/session/settings.ts';
import type { MenuAnchor, MenuQuick } from '../../../ui/menu.tsx';
import { useMayReact } from './use-may-react.ts';

/** The row of emoji on top of a message's menu; undefined where nobody can react. */
export function useQuickReactions(message: MessageView, anchor: MenuAnchor): MenuQuick | undefined {
  const t = useT();
  const { recentReactions } = useSettings();
  if (!useMayReact(message.channel) || !canReact(message)) return undefined;
  const own = reactionKey(ownReaction(message));
  const { channel, key } = message;
  return {
    label: t('rx.add'),
    items: quickReactions(recentReactions).map((emoji) => ({
      id: emoji,
      label: emoji,
      text: emoji,
      checked: reactionKey(emoji) === own,
      onSelect: () => toggleReaction(message, emoji),
    })),
    more: {
      label: t('rx.more'),
      icon: Plus,
      onSelect: () => requestReaction({ what: 'all', channel, key, anchor }),
    },
  };
}
