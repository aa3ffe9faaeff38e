import type { ReactNode, SyntheticEvent } from 'react';
import { ChannelType, type MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { burns } from '../../../state/messages/flames.ts';
import { openProfile } from '../../../state/window/ui-store.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { cx } from '../../../ui/cx.ts';
import { RoleTag } from '../../../ui/role-tag.tsx';
import { MessageContentView } from '../content/message-content.tsx';
import { QuoteBlock } from '../content/quote-block.tsx';
import { MessageMeta } from './message-meta.tsx';
import { SendNote } from './send-note.tsx';
import type { Names } from '../names/use-names.ts';
import css from './message-row.module.css';

function openAuthor(from: Element, { channel, fromUid }: MessageView): void {
  if (fromUid === '') return;
  const groupNo = channel.channelType === ChannelType.group ? channel.channelId : null;
  openProfile(from, { uid: fromUid, groupNo });
}

const refuse = (event: SyntheticEvent): void => event.preventDefault();

/** A message that says something: avatar and name where a group of them starts, the bubble, and a line under it. */
export function Bubble({
  message,
  groupStart,
  names,
  query,
  personChat,
  tabIndex,
  onJump,
  under,
}: {
  message: MessageView;
  groupStart: boolean;
  names: Names;
  query: string;
  personChat: boolean;
  tabIndex: 0 | -1;
  onJump: (messageSeq: number) => void;
  under: ReactNode;
}) {
  const t = useT();
  const quote = message.quote;
  return (
    <>
      {!message.own &&
        (groupStart ? (
          <button
            type="button"
            className={css['face']}
            tabIndex={message.fromUid ? tabIndex : -1}
            aria-label={t('prof.open', { name: message.fromName })}
            onClick={(event) => openAuthor(event.currentTarget, message)}
          >
            <Avatar id={message.fromUid} name={message.fromName} size={36} />
          </button>
        ) : (
          <span />
        ))}
      <div className={css['body']}>
        {!message.own && groupStart && !personChat && (
          <div className={css['who']}>
            <button
              type="button"
              className={cx('ellipsis', css['whoName'])}
              // The face beside it is the one stop of Tab, and of readers.
              tabIndex={-1}
              aria-hidden="true"
              onClick={(event) => openAuthor(event.currentTarget, message)}
            >
              <bdi>{message.fromName}</bdi>
            </button>
            <RoleTag role={message.fromRole} />
          </div>
        )}
        <div
          className={cx(
            css['bubble'],
            message.content.kind === 'image' && !quote && css['picture'],
            burns(message) && css['burns'],
          )}
          data-testid="bubble"
          onCopy={burns(message) ? refuse : undefined}
          onDragStart={burns(message) ? refuse : undefined}
        >
          {quote && <QuoteBlock quote={quote} onJump={() => onJump(quote.messageSeq)} tabIndex={tabIndex} />}
          <MessageContentView
            message={message}
            names={names}
            query={query}
            tabIndex={tabIndex}
            meta={<MessageMeta message={message} />}
          />
        </div>
        {message.own && <SendNote message={message} tabIndex={tabIndex} />}
        {under}
      </div>
    </>
  );
}
