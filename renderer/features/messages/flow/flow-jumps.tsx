import { AtSign, ChevronDown, ChevronUp, type LucideIcon, Smile, X } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { clockTime } from '../../../i18n/time-format.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import { useConversation } from '../../../state/session/session-store.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { firstUnreadMention } from './flow-lookup.ts';
import type { FlowRow } from '../row/flow-row.ts';
import type { JumpToSeq } from './use-jumps.ts';
import type { UnreadPlace } from './use-unread-place.ts';
import css from './flow-jumps.module.css';

/**
 * Under the flow: to the oldest own message with reactions that nobody has seen and, away from the end, to the first
 * unread message, to the first that mentions the reader, and to the newest. In a strip of their own: over the flow they
 * would cover words and buttons of own messages. Not drawn again while the flow is scrolled and the first unread
 * message stays on its side.
 */
export const FlowJumps = memo(function FlowJumps({
  channel,
  rows,
  atEnd,
  newReactions,
  unreadPlace,
  unreadAfterSeq,
  jumpToSeq,
  toLatest,
}: {
  channel: ChannelRef;
  rows: readonly FlowRow[];
  /** Nothing but the reactions is left to go to. */
  atEnd: boolean;
  /** message_seq of own messages out of sight, the oldest first. */
  newReactions: readonly number[];
  unreadPlace: UnreadPlace;
  /** Read position when the chat was opened; null = all was read. */
  unreadAfterSeq: number | null;
  jumpToSeq: JumpToSeq;
  toLatest: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const key = channelKey(channel);
  const conversation = useConversation(key);
  const [closed, setClosed] = useState(false);
  const readSeq = conversation?.readSeq ?? 0;
  const unread = conversation?.unread ?? 0;
  const mentionSeq = useMemo(() => firstUnreadMention(rows, readSeq), [rows, readSeq]);
  const first = useMemo(() => rows.find((row) => row.unread), [rows]);
  // What is unread may lie outside of what is loaded.
  const seq = first?.messageSeq ?? (unread > 0 && unreadAfterSeq !== null ? readSeq + 1 : 0);
  const away = !atEnd && seq > 0 && unreadPlace !== 'inView';
  const [reactedSeq] = newReactions;
  // Who has read on from there goes back to where it began; what is left lies below.
  const left = seq > readSeq ? unread : 0;
  const since = first ? loadedMessage(key, first.key)?.timestamp : undefined;
  const arrow = unreadPlace === 'below' ? ChevronDown : ChevronUp;
  return (
    <div className={css['jumps']} data-testid="jumps">
      {away && !closed && left > 0 && (
        <div className={css['pill']} data-testid="unread-pill">
          <button type="button" className={css['words']} onClick={() => jumpToSeq(seq)}>
            <Icon of={arrow} size={16} />
            <b>{t('flow.unreadCount', { n: left })}</b>
            {since !== undefined && (
              <span>{t('flow.unreadSince', { t: clockTime(language, since * 1_000) })}</span>
            )}
          </button>
          <button
            type="button"
            className={css['close']}
            aria-label={t('action.close')}
            onClick={() => setClosed(true)}
          >
            <Icon of={X} size={14} />
          </button>
        </div>
      )}
      <span className={css['grow']} />
      {away && (closed || left === 0) && (
        <JumpButton icon={arrow} label={t('flow.jumpToUnread')} count={left} onClick={() => jumpToSeq(seq)} />
      )}
      {!atEnd && mentionSeq !== null && (
        <JumpButton
          icon={AtSign}
          label={t('flow.jumpToMention')}
          count={conversation?.mentions ?? 0}
          tone="danger"
          onClick={() => jumpToSeq(mentionSeq)}
        />
      )}
      {reactedSeq !== undefined && (
        <JumpButton
          icon={Smile}
          label={t('flow.jumpToReaction', { n: newReactions.length })}
          count={newReactions.length}
          onClick={() => jumpToSeq(reactedSeq, true, true)}
        />
      )}
      {!atEnd && (
        <JumpButton
          icon={ChevronDown}
          label={unread > 0 ? t('flow.newCount', { n: unread }) : t('flow.jumpToLatest')}
          count={unread}
          onClick={toLatest}
        />
      )}
    </div>
  );
});

function JumpButton({
  icon,
  label,
  count = 0,
  tone,
  onClick,
}: {
  icon: LucideIcon;
  label: string;
  count?: number;
  tone?: 'danger';
  onClick: () => void;
}) {
  return (
    <Tooltip text={label}>
      <button type="button" className={css['jump']} aria-label={label} onClick={onClick} data-testid="jump">
        <Icon of={icon} />
        {count > 0 && (
          <span className={css[tone === 'danger' ? 'mentionBadge' : 'jumpBadge']} aria-hidden="true">
            {count > 99 ? '99+' : count}
          </span>
        )}
      </button>
    </Tooltip>
  );
}
