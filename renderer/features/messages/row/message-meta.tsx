import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import type { MessageView } from '../../../../shared/domain.ts';
import { ChannelType } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { clockTime, fullTime } from '../../../i18n/time-format.ts';
import { requestReaction } from '../../../state/messages/reactions.ts';
import { Icon } from '../../../ui/icon.tsx';
import { cx } from '../../../ui/cx.ts';
import { isEmojiOnly } from '../content/emoji-only.ts';
import { useTellsReaders } from '../readers/use-readers-item.ts';
import { FlameLeft } from './flame-left.tsx';
import css from './message-meta.module.css';

/** Where it stands for what is no text, at whose end it floats. */
const PLACES: Partial<Record<MessageView['content']['kind'], string>> = {
  image: 'overPicture',
  video: 'overPicture',
  file: 'inTile',
  voice: 'inTile',
  history: 'inTile',
};

/** `已编辑` · time · state of an own message. The words for readers are in the article's name. */
export function MessageMeta({ message }: { message: MessageView }) {
  const t = useT();
  const language = useLanguage();
  const atMs = message.timestamp * 1000;
  const { content } = message;
  const beside = content.kind === 'text' && isEmojiOnly(content.text);
  return (
    <span className={cx(css['meta'], beside && css['low'], css[PLACES[content.kind] ?? ''])}>
      {message.own && (message.send.state === 'queued' || message.send.state === 'sending') && (
        <span title={t('send.sending')} data-testid="send-state" data-state={message.send.state}>
          <Icon of={Clock} size={14} />
        </span>
      )}
      {message.flame?.open && <FlameLeft flame={message.flame} />}
      {message.edited && <span>{t('msg.edited')}</span>}
      <time dateTime={new Date(atMs).toISOString()} title={fullTime(language, atMs)}>
        {clockTime(language, atMs)}
      </time>
      {message.own && <SentState message={message} />}
    </span>
  );
}

function SentState({ message }: { message: MessageView }) {
  const t = useT();
  const tells = useTellsReaders(message);
  if (message.send.state === 'failed') {
    return (
      <span className={css['failed']} title={t('send.failed')} data-testid="send-state" data-state="failed">
        <Icon of={CircleAlert} size={14} />
      </span>
    );
  }
  if (message.send.state !== 'sent') return null;
  const count = message.readCount ?? 0;
  const person = message.channel.channelType === ChannelType.person;
  if (count === 0) {
    return (
      <span title={t(person ? 'send.delivered' : 'send.sent')} data-testid="send-state" data-state="sent">
        <Icon of={Check} size={14} />
      </span>
    );
  }
  if (tells)
    return (
      <button
        type="button"
        // (By keys it is in the menu of the message.)
        tabIndex={-1}
        className={css['read']}
        title={t('send.readBy', { n: count })}
        aria-label={t('send.readBy', { n: count })}
        aria-haspopup="dialog"
        data-testid="send-state"
        data-state="read"
        onClick={({ currentTarget }) => {
          const avoid = currentTarget.getBoundingClientRect();
          requestReaction({
            what: 'read',
            channel: message.channel,
            key: message.key,
            anchor: { x: avoid.right, y: avoid.bottom, avoid },
          });
        }}
      >
        <Icon of={CheckCheck} size={14} />
        {count}
      </button>
    );
  return (
    <span
      className={css['read']}
      title={person ? t('send.read') : t('send.readBy', { n: count })}
      data-testid="send-state"
      data-state="read"
    >
      <Icon of={CheckCheck} size={14} />
      {!person && count}
    </span>
  );
}
