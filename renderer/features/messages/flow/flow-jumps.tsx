import { AtSign, ChevronDown, type LucideIcon } from 'lucide-react';
import { useMemo } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { useConversation } from '../../../state/session/session-store.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { firstUnreadMention } from './flow-lookup.ts';
import type { FlowRow } from '../row/flow-row.ts';
import css from './flow-jumps.module.css';

/** Over the flow, away from its end: to the first unread message that mentions the reader, and to the newest. */
export function FlowJumps({
  channel,
  rows,
  jumpToSeq,
  toLatest,
}: {
  channel: ChannelRef;
  rows: readonly FlowRow[];
  jumpToSeq: (messageSeq: number) => void;
  toLatest: () => void;
}) {
  const t = useT();
  const conversation = useConversation(channelKey(channel));
  const readSeq = conversation?.readSeq ?? 0;
  const unread = conversation?.unread ?? 0;
  const mentionSeq = useMemo(() => firstUnreadMention(rows, readSeq), [rows, readSeq]);
  return (
    <div className={css['jumps']}>
      {mentionSeq !== null && (
        <JumpButton icon={AtSign} label={t('flow.jumpToMention')} onClick={() => jumpToSeq(mentionSeq)} />
      )}
      <JumpButton
        icon={ChevronDown}
        label={unread > 0 ? t('flow.newCount', { n: unread }) : t('flow.jumpToLatest')}
        count={unread}
        onClick={toLatest}
      />
    </div>
  );
}

function JumpButton({
  icon,
  label,
  count = 0,
  onClick,
}: {
  icon: LucideIcon;
  label: string;
  count?: number;
  onClick: () => void;
}) {
  return (
    <Tooltip text={label}>
      <button type="button" className={css['jump']} aria-label={label} onClick={onClick} data-testid="jump">
        <Icon of={icon} />
        {count > 0 && (
          <span className={css['jumpBadge']} aria-hidden="true">
            {count > 99 ? '99+' : count}
          </span>
        )}
      </button>
    </Tooltip>
  );
}
