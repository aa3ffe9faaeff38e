import { CloudOff, RotateCcw } from 'lucide-react';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { chipDate, clockTime, fullTime } from '../../../i18n/time-format.ts';
import { canRead, enterHistory, isTooDeep, type Reading } from '../../../state/messages/history-reader.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { contentLine, contentText } from '../../../text/message-text.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { FileBubble } from '../content/file-bubble.tsx';
import { HistoryCard } from '../content/history-card.tsx';
import { ImageBubble } from '../content/image-bubble.tsx';
import { MessageContentView } from '../content/message-content.tsx';
import { TextBody } from '../content/text-body.tsx';
import { VideoBubble } from '../content/video-bubble.tsx';
import { VoiceBubble } from '../content/voice-bubble.tsx';
import type { Names } from '../names/use-names.ts';
import css from './history-reader.module.css';

/** Rows in the first frame: more than are in view. */
const DRAWN_AT_FIRST = 24;
/** Rows that each frame after it adds, until all are there. */
const DRAWN_A_FRAME = 24;

/** The messages of one level. Those in view are drawn at once, the others in the frames after that. */
export function HistoryEntries({
  reading,
  entries,
  names,
}: {
  reading: Reading;
  entries: readonly MessageView[];
  names: Names;
}) {
  const t = useT();
  const { at } = reading;
  const drawn = useDrawn(entries.length, at);
  const list = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(at);
  useEffect(() => {
    list.current?.querySelector<HTMLElement>(`[data-entry="${at}"]`)?.focus();
  }, [at]);
  return (
    <div ref={list} role="list" aria-label={t('fwd.list')} className={css['list']}>
      {entries.slice(0, drawn).map((entry, index) => (
        <Entry
          key={entry.key}
          entry={entry}
          index={index}
          newDay={isNewDay(entries[index - 1], entry)}
          tabIndex={index === Math.min(current, entries.length - 1) ? 0 : -1}
          onFocus={setCurrent}
          deep={isTooDeep(reading)}
          names={names}
        />
      ))}
    </div>
  );
}

function useDrawn(count: number, at: number): number {
  const [drawn, setDrawn] = useState(Math.max(DRAWN_AT_FIRST, at + DRAWN_AT_FIRST));
  const more = drawn < count;
  useEffect(() => {
    if (!more) return undefined;
    const frame = requestAnimationFrame(() => setDrawn(drawn + DRAWN_A_FRAME));
    return () => cancelAnimationFrame(frame);
  }, [drawn, more]);
  return drawn;
}

const dayOf = ({ timestamp }: MessageView): string => new Date(timestamp * 1000).toDateString();
const isNewDay = (before: MessageView | undefined, { timestamp, ...entry }: MessageView): boolean =>
  timestamp > 0 && (!before || dayOf(before) !== dayOf({ timestamp, ...entry }));

const Entry = memo(function Entry({
  entry,
  index,
  newDay,
  tabIndex,
  onFocus,
  deep,
  names,
}: {
  entry: MessageView;
  index: number;
  newDay: boolean;
  tabIndex: 0 | -1;
  onFocus: (index: number) => void;
  deep: boolean;
  names: Names;
}) {
  const t = useT();
  const language = useLanguage();
  const { content, fromName, fromUid, timestamp } = entry;
  const atMs = timestamp * 1000;
  const isGone = content.kind === 'recalled';
  const words = isGone ? t('fwd.oneGone') : contentLine(content, language);
  const time = timestamp > 0 ? clockTime(language, atMs) : '';
  const label = isGone ? [words] : [fromName, time, words];
  return (
    <div role="listitem" className={css['item']}>
      {newDay && <Day atMs={atMs} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- where the focus is, so that Tab comes back to it */}
      <article
        aria-label={label.filter(Boolean).join(t('voice.comma'))}
        className={css['entry']}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- roving tabindex, as in the flow
        tabIndex={tabIndex}
        data-entry={index}
        data-testid="history-entry"
        data-recalled={isGone || undefined}
        onFocus={() => onFocus(index)}
      >
        {isGone ? (
          <span className={css['lost']}>
            <Icon of={RotateCcw} size={14} />
            {t('fwd.oneGone')}
          </span>
        ) : (
          <>
            <Avatar id={fromUid} name={fromName} size={32} />
            <span className={css['head']}>
              <bdi className="ellipsis">{fromName}</bdi>
              {timestamp > 0 && (
                <time dateTime={new Date(atMs).toISOString()} title={fullTime(language, atMs)}>
                  {time}
                </time>
              )}
            </span>
            <div className={css['said']}>
              <Said entry={entry} index={index} tabIndex={tabIndex} deep={deep} names={names} />
            </div>
          </>
        )}
      </article>
    </div>
  );
});

function Day({ atMs }: { atMs: number }) {
  const t = useT();
  const language = useLanguage();
  const words = { today: t('flow.today'), yesterday: t('flow.yesterday') };
  return <div className={css['day']}>{chipDate(language, atMs, serverNow(), words)}</div>;
}

function Said({
  entry,
  index,
  tabIndex,
  deep,
  names,
}: {
  entry: MessageView;
  index: number;
  tabIndex: 0 | -1;
  deep: boolean;
  names: Names;
}): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { content } = entry;
  const bubble = { message: entry, tabIndex, meta: null };
  switch (content.kind) {
    case 'text':
      return (
        <div className={css['text']}>
          <TextBody content={content} names={names} query="" tabIndex={tabIndex} />
        </div>
      );
    case 'image':
      return <ImageBubble {...bubble} />;
    case 'video':
      return (
        <div className={css['picture']}>
          <VideoBubble {...bubble} />
        </div>
      );
    case 'file':
      return (
        <div className={css['tile']}>
          <FileBubble {...bubble} query="" />
        </div>
      );
    case 'voice':
      return (
        <div className={css['tile']}>
          <VoiceBubble {...bubble} />
        </div>
      );
    case 'history':
      if (deep && canRead(content))
        return (
          <span className={css['lost']} data-testid="history-deep">
            <Icon of={CloudOff} size={14} />
            {t('fwd.deep')}
          </span>
        );
      return (
        <div className={css['tile']}>
          <HistoryCard content={content} tabIndex={tabIndex} meta={null} onOpen={() => enterHistory(index)} />
        </div>
      );
    case 'named':
      return (
        <div className={cx(content.what !== 'sticker' && css['tile'])}>
          <MessageContentView {...bubble} names={names} query="" />
        </div>
      );
    default:
      return <span className={css['named']}>{contentText(content, language)}</span>;
  }
}
