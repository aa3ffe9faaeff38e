import { createContext, Fragment, memo, use, useEffect, useMemo, useRef, useState } from 'react';
import type { Mention, MessageContent } from '../../../../shared/content/message-content.ts';
import type { MessageView } from '../../../../shared/domain.ts';
import { hitRanges, queryPhrases } from '../../../../shared/matching/terms.ts';
import { cutWithMark } from '../../../../shared/text-cut.ts';
import { useT } from '../../../i18n/i18n.ts';
import { isGroupLink, useOwnServer } from '../../../state/people/group-links.ts';
import { openLink } from '../../../state/window/open-link.ts';
import { openDialog } from '../../../state/window/ui-store.ts';
import { cx } from '../../../ui/cx.ts';
import { TextButton } from '../../../ui/text-button.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import type { Names } from '../names/use-names.ts';
import { CodeBlock } from './code-block.tsx';
import { textParts } from '../../../../shared/content/code-fences.ts';
import { isEmojiOnly } from './emoji-only.ts';
import { blocksOf, SHOWN_AT_FIRST, shownLength } from './long-text.ts';
import { segmentText, type TextSegment } from './text-segments.ts';
import css from './message-content.module.css';

/** The message that the text is of, for a link that leads into the app. */
export const MessageOfText = createContext<Pick<MessageView, 'channel' | 'key'> | null>(null);

/** Blocks of a long text that are added in one frame while it is opened. */
const BLOCKS_A_FRAME = 4;

interface TextBodyProps {
  content: Extract<MessageContent, { kind: 'text' }>;
  names: Names;
  query: string;
  tabIndex: 0 | -1;
}

/** The words of a text message. Of a long one the beginning, and a button for the rest. */
export function TextBody(props: TextBodyProps) {
  const { content, names, query, tabIndex } = props;
  const t = useT();
  const [opened, setOpened] = useState(false);
  const { text, mention } = content;
  const long = text.length > SHOWN_AT_FIRST;
  const shown = useMemo(
    () => (long && !opened ? text.slice(0, shownLength(text)) : text),
    [long, opened, text],
  );
  const parts = useMemo(() => textParts(shown, shown.length < text.length), [shown, text]);
  const drawn = parts.map((part, index) =>
    part.kind === 'code' ? (
      // The parts of one text never move.
      <CodeBlock key={index} language={part.language} code={part.code} query={query} tabIndex={tabIndex} />
    ) : (
      <Words key={index} {...{ names, query, tabIndex, mention }} text={part.text} blocks={long && opened} />
    ),
  );
  if (!long) return isEmojiOnly(text) ? <span className={css['large']}>{drawn}</span> : drawn;
  return (
    <>
      <span className={css['wide']} />
      {drawn}
      {!opened && '…'}
      <span className={css['more']}>
        <TextButton
          tabIndex={tabIndex}
          aria-expanded={opened}
          onClick={(event) => {
            // A click on the row selects it while several are being selected.
            event.stopPropagation();
            setOpened(!opened);
          }}
        >
          {t(opened ? 'msg.showLess' : 'msg.showAll')}
        </TextButton>
      </span>
    </>
  );
}

interface WordsProps extends Omit<TextBodyProps, 'content'> {
  text: string;
  mention: Mention;
  /** A long one that was opened. */
  blocks: boolean;
}

/** Text that is no code: with its links, mentions and hits. */
function Words({ text, mention, names, query, tabIndex, blocks }: WordsProps) {
  const { mentionNames, meUid } = names;
  const segments = useMemo(
    () => segmentText(text, mention, mentionNames, meUid, hitRanges(text, queryPhrases(query))),
    [text, mention, mentionNames, meUid, query],
  );
  if (blocks) return <Blocks segments={segments} tabIndex={tabIndex} />;
  return (
    <bdi>
      <Segments segments={segments} tabIndex={tabIndex} />
    </bdi>
  );
}

/** A long text in blocks, a few more each frame: the page never lays out all of it at once. */
function Blocks({ segments, tabIndex }: { segments: readonly TextSegment[]; tabIndex: 0 | -1 }) {
  const blocks = useMemo(() => blocksOf(segments), [segments]);
  const [count, setCount] = useState(BLOCKS_A_FRAME);
  const frame = useRef(0);
  useEffect(() => {
    if (count >= blocks.length) return undefined;
    frame.current = requestAnimationFrame(() => setCount(count + BLOCKS_A_FRAME));
    return () => cancelAnimationFrame(frame.current);
  }, [blocks.length, count]);
  return blocks.slice(0, count).map((block, index) => (
    // Blocks of one text never move.
    <span key={index} className={css['block']} dir="auto">
      <Segments segments={block} tabIndex={tabIndex} />
    </span>
  ));
}

const Segments = memo(function Segments({
  segments,
  tabIndex,
}: {
  segments: readonly TextSegment[];
  tabIndex: 0 | -1;
}) {
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
        return <MessageLink key={index} href={segment.href} text={segment.shown} tabIndex={tabIndex} />;
      default:
        return segment satisfies never;
    }
  });
});

/** Opened by the system's browser, a code of a group by the app; the tooltip shows where it really goes. */
function MessageLink({ href, text, tabIndex }: { href: string; text: string; tabIndex: 0 | -1 }) {
  const message = use(MessageOfText);
  const server = useOwnServer();
  return (
    <Tooltip text={cutWithMark(href, 500)}>
      <a
        className={css['link']}
        href={href}
        // No direction of the text around it turns the address.
        dir="ltr"
        tabIndex={tabIndex}
        draggable={false}
        onClick={(event) => {
          event.preventDefault();
          if (message && isGroupLink(href, server)) {
            const { channel, key } = message;
            openDialog({ kind: 'joinGroup', link: href, message: { channel, key } });
          } else openLink(href);
        }}
      >
        {text}
      </a>
    </Tooltip>
  );
}
