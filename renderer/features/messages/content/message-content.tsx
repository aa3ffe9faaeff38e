import { memo, type ReactNode, useMemo } from 'react';
import { callOf } from '../../../../shared/content/named-content.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { useLanguage } from '../../../i18n/i18n.ts';
import { groupLinkIn, useOwnServer } from '../../../state/people/group-links.ts';
import { expectHistory, openHistory } from '../../../state/messages/history-reader.ts';
import { contentText } from '../../../text/message-text.ts';
import { cx } from '../../../ui/cx.ts';
import { CallBubble } from './call-bubble.tsx';
import { CardBubble } from './card-bubble.tsx';
import { CoveredBubble } from './covered-bubble.tsx';
import { FileBubble } from './file-bubble.tsx';
import { GroupLinkCard } from './group-link-card.tsx';
import { HistoryCard } from './history-card.tsx';
import { ImageBubble } from './image-bubble.tsx';
import { LocationCard } from './location-card.tsx';
import { RichBubble } from './rich-bubble.tsx';
import { StickerBubble } from './sticker-bubble.tsx';
import { MessageOfText, TextBody } from './text-body.tsx';
import { VoiceBubble } from './voice-bubble.tsx';
import { VideoBubble } from './video-bubble.tsx';
import type { Names } from '../names/use-names.ts';
import css from './message-content.module.css';

/** Content of a bubble; `meta` (time and state) floats at the end of the last line. */
export const MessageContentView = memo(function MessageContentView({
  message,
  names,
  query,
  meta,
  tabIndex,
}: {
  message: MessageView;
  names: Names;
  /** 0 in the row that Tab reaches: only its links are tab stops. */
  tabIndex: 0 | -1;
  /** Text of the search in this chat; its hits are marked. */
  query: string;
  meta: ReactNode;
}) {
  const language = useLanguage();
  const { channel, content, key } = message;
  // (Not the message: nothing keeps its words.)
  const place = useMemo(() => ({ channel, key }), [channel, key]);
  switch (content.kind) {
    case 'text':
      return (
        <div className={css['text']}>
          <MessageOfText value={place}>
            <TextBody content={content} names={names} query={query} tabIndex={tabIndex} />
          </MessageOfText>
          <GroupLink message={message} text={content.text} tabIndex={tabIndex} />
          {meta}
        </div>
      );
    case 'image':
      return <ImageBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'file':
      return <FileBubble message={message} query={query} tabIndex={tabIndex} meta={meta} />;
    case 'covered':
      return <CoveredBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'history':
      return (
        <HistoryCard
          content={content}
          tabIndex={tabIndex}
          meta={meta}
          onPress={() => expectHistory(message)}
          onOpen={() => openHistory(message)}
        />
      );
    case 'voice':
      return <VoiceBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'video':
      return <VideoBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'named':
      if (content.person) return <CardBubble message={message} tabIndex={tabIndex} meta={meta} />;
      if (content.place) return <LocationCard message={message} tabIndex={tabIndex} meta={meta} />;
      if (content.what === 'sticker')
        return <StickerBubble message={message} tabIndex={tabIndex} meta={meta} />;
      if (content.rich) return <RichBubble {...{ message, names, query, tabIndex, meta }} />;
      if (callOf(content.what)) return <CallBubble message={message} meta={meta} />;
      return <NamedLine words={contentText(content, language)} meta={meta} />;
    case 'unsupported':
      return <NamedLine words={contentText(content, language)} meta={meta} />;
    // Lines of their own, never bubbles.
    case 'system':
    case 'recalled':
      return null;
    default:
      return content satisfies never;
  }
});

/** Of a text with a group's code in it. */
function GroupLink({ message, text, tabIndex }: { message: MessageView; text: string; tabIndex: 0 | -1 }) {
  const link = groupLinkIn(text, useOwnServer());
  return link === null ? null : <GroupLinkCard message={message} link={link} tabIndex={tabIndex} />;
}

/** A kind that is named and not drawn. */
function NamedLine({ words, meta }: { words: string; meta: ReactNode }) {
  return (
    <div className={cx(css['text'], css['unsupported'])} data-testid="named">
      <bdi>{words}</bdi>
      {meta}
    </div>
  );
}
