import { Plus } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { reactionKey } from '../../../../shared/content/reaction.ts';
import { useT } from '../../../i18n/i18n.ts';
import {
  endReactionRequest,
  ownReaction,
  quickReactions,
  type ReactionRequest,
  requestReaction,
  toggleReaction,
} from '../../../state/messages/reactions.ts';
import { useSettings } from '../../../state/session/settings.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { useRequestedMessage } from './use-requested-message.ts';
import css from './reaction-popovers.module.css';

/** Six emoji to react with, and the way to all others. 1 to 6 take one. */
export function QuickReactions({ request }: { request: ReactionRequest }) {
  const t = useT();
  const { recentReactions } = useSettings();
  const message = useRequestedMessage(request);
  const row = useRef<HTMLDivElement>(null);
  if (!message) return null;
  const own = reactionKey(ownReaction(message));
  const quick = quickReactions(recentReactions);
  const take = (emoji: string): void => {
    endReactionRequest();
    toggleReaction(message, emoji);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const picked = /^[1-6]$/.test(event.key) ? quick[Number(event.key) - 1] : undefined;
    if (picked !== undefined) {
      event.preventDefault();
      take(picked);
      return;
    }
    const all = [...(row.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    takeRovingKey(event, {
      count: all.length,
      at: all.indexOf(document.activeElement as HTMLElement),
      wrap: true,
      edges: true,
      horizontal: true,
      moveTo: (index) => all[index]?.focus(),
    });
  };
  return (
    <Popover label={t('rx.add')} anchor={request.anchor} onClose={endReactionRequest}>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the buttons inside */}
      <div ref={row} className={css['quick']} onKeyDown={onKeyDown}>
        {quick.map((emoji) => (
          <button
            key={emoji}
            type="button"
            className={css['pick']}
            aria-label={emoji}
            aria-pressed={reactionKey(emoji) === own}
            onClick={() => take(emoji)}
          >
            {emoji}
          </button>
        ))}
        <button
          type="button"
          className={css['more']}
          aria-label={t('rx.more')}
          onClick={() => requestReaction({ ...request, what: 'all' })}
        >
          <Icon of={Plus} size={16} />
        </button>
      </div>
    </Popover>
  );
}
