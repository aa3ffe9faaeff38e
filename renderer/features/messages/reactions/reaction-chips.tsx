import { Clock, SmilePlus } from 'lucide-react';
import { canReact } from '../../../../shared/content/can-react.ts';
import type { ReactionView } from '../../../../shared/content/reaction.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { requestReaction, toggleReaction } from '../../../state/messages/reactions.ts';
import { reactionName, whoReacted } from '../../../text/reaction-text.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { useMayReact } from './use-may-react.ts';
import css from './reaction-chips.module.css';

/** More stand behind `+n`: two rows of a bubble. */
const MOST_CHIPS = 12;

const at = (element: Element): { x: number; y: number; avoid: DOMRect } => {
  const avoid = element.getBoundingClientRect();
  return { x: avoid.left, y: avoid.bottom, avoid };
};

function focusMessage(key: string): void {
  document
    .querySelector<HTMLElement>(`article[data-message-key="${CSS.escape(key)}"]`)
    ?.focus({ preventScroll: true });
}

/** Under a message: what people reacted with, and the button to react, seen with the pointer or the focus there. */
export function ReactionChips({
  message,
  tabIndex,
  plain = false,
}: {
  message: MessageView;
  tabIndex: 0 | -1;
  /** Without the button: an image of an album, which has its menu. */
  plain?: boolean;
}) {
  const t = useT();
  const may = useMayReact(message.channel) && canReact(message);
  const { channel, key, reactions = [] } = message;
  if (reactions.length === 0 && (plain || !may)) return null;
  const open = (what: 'quick' | 'who', element: Element): void =>
    requestReaction({ what, channel, key, anchor: at(element) });
  const add = may && !plain && (
    <button
      type="button"
      className={cx(css['add'], reactions.length === 0 && css['beside'])}
      tabIndex={tabIndex}
      aria-label={t('rx.add')}
      aria-haspopup="dialog"
      onClick={(event) => open('quick', event.currentTarget)}
    >
      <Icon of={SmilePlus} size={16} />
    </button>
  );
  const isEmpty = reactions.length === 0;
  const hidden = reactions.length - MOST_CHIPS;
  return (
    // One element in either case, so that the button keeps the focus when the first chip comes.
    <div
      role={isEmpty ? undefined : 'group'}
      aria-label={isEmpty ? undefined : t('rx.group')}
      className={css[isEmpty ? 'none' : 'chips']}
      data-testid={isEmpty ? undefined : 'reactions'}
    >
      {reactions.slice(0, MOST_CHIPS).map((reaction) => (
        <Chip
          key={reaction.emoji}
          reaction={reaction}
          tabIndex={tabIndex}
          onToggle={(element) => {
            if (!may) {
              open('who', element);
              return;
            }
            // The chip goes with the last one who chose it.
            if (reaction.mine && reaction.count === 1) focusMessage(key);
            toggleReaction(message, reaction.emoji);
          }}
          onWho={(element) => open('who', element)}
        />
      ))}
      {hidden > 0 && (
        <button
          type="button"
          className={css['chip']}
          tabIndex={tabIndex}
          aria-label={t('rx.who')}
          onClick={(event) => open('who', event.currentTarget)}
        >
          {`+${hidden}`}
        </button>
      )}
      {add}
    </div>
  );
}

function Chip({
  reaction,
  tabIndex,
  onToggle,
  onWho,
}: {
  reaction: ReactionView;
  tabIndex: 0 | -1;
  onToggle: (element: Element) => void;
  onWho: (element: Element) => void;
}) {
  const language = useLanguage();
  const { count, emoji, mine, pending } = reaction;
  return (
    <Tooltip text={whoReacted(reaction, language)}>
      <button
        type="button"
        className={cx(css['chip'], mine && css['mine'], pending && css['pending'])}
        tabIndex={tabIndex}
        aria-pressed={mine}
        aria-label={reactionName(reaction, language)}
        data-emoji={emoji}
        onClick={(event) => onToggle(event.currentTarget)}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          onWho(event.currentTarget);
        }}
      >
        <span className={css['emoji']}>{emoji}</span>
        {count}
        {pending && <Icon of={Clock} size={14} />}
      </button>
    </Tooltip>
  );
}
