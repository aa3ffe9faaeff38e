import type { ReactNode } from 'react';
import { withBlankFences } from '../../../shared/content/code-fences.ts';
import { historyWords } from '../../../shared/content/history-words.ts';
import { filmTime } from '../../../shared/content/film-time.ts';
import type { MessageContent } from '../../../shared/content/message-content.ts';
import { type ChannelRef, ChannelType, channelKey } from '../../../shared/domain.ts';
import type { SearchHit } from '../../../shared/ipc/contract/search.ts';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { listTime } from '../../i18n/time-format.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { jumpTo, useUi } from '../../state/window/ui-store.ts';
import { excerpt } from '../../text/highlight.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { ListRow } from '../../ui/list-row.tsx';
import { MarkedText } from '../../ui/marked-text.tsx';
import { ToldApartName } from '../../ui/told-apart-name.tsx';
import css from './hit-row.module.css';

/** A message that was found; Enter or a click jumps to it. */
export function MessageHitRow({
  hit,
  tabStop,
  detail,
}: {
  hit: SearchHit;
  tabStop: boolean;
  /** What tells its chat from another of that name. */
  detail: string | undefined;
}) {
  const t = useT();
  const language = useLanguage();
  const { message } = hit;
  const content = searchedText(message.content);
  const who = message.channel.channelType === ChannelType.group ? message.fromName : '';
  // The name before it takes room that the hit needs.
  const short = excerpt(content, hit.ranges, who ? 3 : 8);
  const selected = useUi(
    (state) =>
      state.jump?.messageSeq === message.messageSeq &&
      channelKey(state.jump.channel) === channelKey(message.channel),
  );
  return (
    <HitRow
      tabStop={tabStop}
      selected={selected}
      channel={message.channel}
      name={hit.channelName}
      title={<ToldApartName name={hit.channelName} detail={detail} />}
      line={
        <>
          {who && <bdi className={css['who']}>{t('preview.from', { name: who, text: '' })}</bdi>}
          {message.content.kind === 'file' && `${t('preview.file')} `}
          {message.content.kind === 'image' && `${t('preview.image')} `}
          {message.content.kind === 'history' && `${t('preview.history')} `}
          {message.content.kind === 'video' && `${t('preview.video')} `}
          {message.content.kind === 'named' && `${t(`preview.${message.content.what}`)} `}
          <MarkedText text={short.text} ranges={short.ranges} />
        </>
      }
      time={listTime(language, message.timestamp * 1000, serverNow(), t('flow.yesterday'))}
      onOpen={() => jumpTo(message.channel, message.messageSeq)}
    />
  );
}

/** What the ranges of a hit are places of. */
function searchedText(content: MessageContent): string {
  if (content.kind === 'text') return withBlankFences(content.text);
  if (content.kind === 'named') return content.detail;
  if (content.kind === 'history') return historyWords(content);
  if (content.kind === 'image') return content.name ?? '';
  if (content.kind === 'video') return content.name ?? filmTime(content.seconds);
  return content.kind === 'file' ? content.name : '';
}

interface HitRowProps {
  tabStop: boolean;
  selected?: boolean;
  channel: ChannelRef;
  name: string;
  title: ReactNode;
  line: ReactNode;
  time?: string;
  onOpen: () => void;
}

/** A chat that was found, or one that a found message is in. */
export function HitRow({ selected = false, channel, name, time = '', onOpen, ...rest }: HitRowProps) {
  return (
    <ListRow
      {...rest}
      leading={<Avatar id={channel.channelId} name={name} channelType={channel.channelType} />}
      time={time}
      selected={selected}
      // Enter and Space are handled by the listbox.
      onClick={onOpen}
    />
  );
}
