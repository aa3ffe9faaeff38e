import { Mic } from 'lucide-react';
import { Fragment, memo, type ReactNode } from 'react';
import type { MessageContent } from '../../../../shared/content/message-content.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { cx } from '../../../ui/cx.ts';
import { Tile } from '../../../ui/file-tile.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { FileBubble } from './file-bubble.tsx';
import { ImageBubble } from './image-bubble.tsx';
import { hitRanges, segmentText } from './text-segments.ts';
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
  const t = useT();
  const { content } = message;
  switch (content.kind) {
    case 'text':
      return (
        <div className={css['text']}>
          <TextBody content={content} names={names} query={query} tabIndex={tabIndex} />
          {meta}
        </div>
      );
    case 'image':
      return <ImageBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'file':
      return <FileBubble message={message} tabIndex={tabIndex} meta={meta} />;
    case 'voice':
      return <VoiceTile seconds={content.seconds} meta={meta} />;
    case 'unsupported':
      return (
        <div className={cx(css['text'], css['unsupported'])}>
          {t('msg.unsupported')}
          {meta}
        </div>
      );
    // Lines of their own, never bubbles.
    case 'system':
    case 'recalled':
      return null;
    default:
      return content satisfies never;
  }
});

/** A voice message: nothing plays it yet. */
function VoiceTile({ seconds, meta }: { seconds: number; meta: ReactNode }) {
  const t = useT();
  const name = t('preview.voice');
  return (
    <div className={css['tile']}>
      <Tile>
        <Icon of={Mic} />
      </Tile>
      <div>
        <span className={cx('ellipsis', css['tileName'])} title={name}>
          {name}
        </span>
        <span className={css['tileSub']}>
          <span>{Math.round(seconds)}″</span>
          {meta}
        </span>
      </div>
    </div>
  );
}

function TextBody({
  content,
  names,
  query,
  tabIndex,
}: {
  content: Extract<MessageContent, { kind: 'text' }>;
  names: Names;
  query: string;
  tabIndex: 0 | -1;
}) {
  const segments = segmentText(
    content.text,
    content.mention,
    names.mentionNames,
    names.meUid,
    hitRanges(content.text, query),
  );
  return segments.map((segment, index) => {
    // The pieces of one text never move: their position is their identity.
    switch (segment.kind) {
      case 'text':
        return segment.hit ? (
          <mark key={index}>{segment.text}</mark>
        ) : (
          <Fragment key={index}>{segment.text}</Fragment>
        );
      case 'mention':
        return (
          <span key={index} className={cx(css['at'], segment.me && css['atMe'])}>
            {segment.text}
          </span>
        );
      case 'link':
        return <MessageLink key={index} href={segment.href} text={segment.text} tabIndex={tabIndex} />;
      default:
        return segment satisfies never;
    }
  });
}

/** Opened by the system's browser; the tooltip shows where it really goes. */
function MessageLink({ href, text, tabIndex }: { href: string; text: string; tabIndex: 0 | -1 }) {
  return (
    <Tooltip text={href}>
      <a
        className={css['link']}
        href={href}
        tabIndex={tabIndex}
        draggable={false}
        onClick={(event) => {
          event.preventDefault();
          void call('shell.openExternal', { url: href }).catch(() => {
            // Logged by `call`: the system has no program for it.
          });
        }}
      >
        {text}
      </a>
    </Tooltip>
  );
}
