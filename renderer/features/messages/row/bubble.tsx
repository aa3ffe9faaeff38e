import type { ReactNode, SyntheticEvent } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { burns } from '../../../state/messages/flames.ts';
import { cx } from '../../../ui/cx.ts';
import { MessageContentView } from '../content/message-content.tsx';
import { QuoteBlock } from '../content/quote-block.tsx';
import { ReactionChips } from '../reactions/reaction-chips.tsx';
import { MessageFrame } from './message-frame.tsx';
import { MessageMeta } from './message-meta.tsx';
import { SendNote } from './send-note.tsx';
import type { Names } from '../names/use-names.ts';
import css from './message-row.module.css';

const refuse = (event: SyntheticEvent): void => event.preventDefault();

/** A message that says something: avatar and name where a group of them starts, the bubble, and a line under it. */
/** Drawn without a bubble around it. */
const isPicture = ({ content }: MessageView): boolean => content.kind === 'image' || content.kind === 'video';

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
  const quote = message.quote;
  return (
    <MessageFrame message={message} groupStart={groupStart} personChat={personChat} tabIndex={tabIndex}>
      <div
        className={cx(
          css['bubble'],
          isPicture(message) && !quote && css['picture'],
          message.content.kind === 'named' && message.content.what === 'sticker' && !quote && css['bare'],
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
      <ReactionChips message={message} tabIndex={tabIndex} />
      {message.own && <SendNote message={message} tabIndex={tabIndex} />}
      {under}
    </MessageFrame>
  );
}
