import { Phone, PhoneMissed, PhoneOff, Video, VideoOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { callOf } from '../../../../shared/content/named-content.ts';
import { ChannelType, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './named-bubbles.module.css';

/** How a call went, seen from this side of it: whoever sent the message made the call. */
export function CallBubble({ message, meta }: { message: MessageView; meta: ReactNode }) {
  const t = useT();
  const { channel, content, own } = message;
  const call = content.kind === 'named' ? callOf(content.what) : null;
  if (content.kind !== 'named' || !call) return null;
  const side = channel.channelType !== ChannelType.person ? '' : own ? 'Mine' : 'Theirs';
  const { how, video } = call;
  const ended = how === 'callEnded' || how === 'call';
  const words =
    how === 'call'
      ? ''
      : how === 'callEnded'
        ? content.detail && t('call.lasted', { t: content.detail })
        : t(`call.${how}${side}`);
  const missed = how === 'callMissed' ? PhoneMissed : PhoneOff;
  return (
    <div className={css['call']} data-testid="call">
      <Icon of={ended ? (video ? Video : Phone) : video ? VideoOff : missed} />
      <span>{[t(video ? 'call.video' : 'call.any'), words].filter(Boolean).join(' · ')}</span>
      {meta}
    </div>
  );
}
