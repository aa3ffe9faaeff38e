import { memo } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import { translate } from '../../../../shared/strings/index.ts';
import { type Translate, useLanguage, useT } from '../../../i18n/i18n.ts';
import { useForgetting } from '../../../state/forget.ts';
import { isSelectable } from '../../../state/messages/selection-store.ts';
import { articleName, contentText } from '../../../text/message-text.ts';
import { currentSelf } from '../../../state/session/session-store.ts';
import { pendingText } from '../../../text/recall-tip.ts';
import { CheckMark } from '../../../ui/checkbox.tsx';
import { cx } from '../../../ui/cx.ts';
import { CollapsingRow } from './collapsing-row.tsx';
import type { FlowRow } from './flow-row.ts';
import { useRowMessages } from './use-row-messages.ts';
import { Bubble } from './bubble.tsx';
import { foldedName, FoldedLine, RecallLine, tipOf } from './recall-line.tsx';
import { DayChip, UnreadDivider } from './row-dividers.tsx';
import { SystemLine } from './system-line.tsx';
import { UnderNote } from './under-note.tsx';
import { useDenied } from './use-denied.ts';
import type { Names } from '../names/use-names.ts';
import css from './message-row.module.css';

/** What a row can ask of the flow. Stable for the life of the pane. */
export interface RowActions {
  jumpToSeq: (messageSeq: number) => void;
  reedit: (message: MessageView) => void;
  unfold: (key: string) => void;
  openMenu: (message: MessageView, at: { x: number; y: number }) => void;
  /** Takes the message into the selection or out of it; `extend`: everything from the last pick to here. */
  select: (message: MessageView, extend: boolean) => void;
}

interface MessageRowProps {
  /** Key of the open conversation. The row reads its message itself: nobody else holds what it says. */
  flowKey: string;
  row: FlowRow;
  names: Names;
  actions: RowActions;
  /** The row that Tab reaches. */
  current: boolean;
  flash: boolean;
  menuOpen: boolean;
  /** Messages are being selected: a click selects, the marks are shown. */
  selecting: boolean;
  selected: boolean;
  query: string;
  personChat: boolean;
  /** Local time of today, ms, for the date chips. */
  todayMs: number;
}

/**
 * One row of the flow. The focusable element stays the same while a bubble becomes a recall line and back, so that the
 * focus stays with it.
 */
export const MessageRow = memo(function MessageRow({
  flowKey,
  row,
  names,
  actions,
  current,
  flash,
  menuOpen,
  selecting,
  selected,
  query,
  personChat,
  todayMs,
}: MessageRowProps) {
  const t = useT();
  const language = useLanguage();
  const messages = useRowMessages(flowKey, row);
  useForgetting();
  const message = row.kind === 'folded' ? null : (messages[0] ?? null);
  const tabIndex = current ? 0 : -1;
  const denied = useDenied(message);
  const label = rowName(row, messages, names, t, language);
  return (
    <CollapsingRow kind={row.kind}>
      {row.day !== null && <DayChip flowKey={flowKey} day={row.day} todayMs={todayMs} />}
      {row.unread && <UnreadDivider />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the menu opens by keyboard as well (Shift+F10) */}
      <article
        aria-label={label}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- roving tabindex: the flow is walked with the arrows (ui.md 3)
        tabIndex={tabIndex}
        data-message-key={row.key}
        data-own={message?.own ?? undefined}
        data-recall={message?.recall?.state}
        className={rowClass(row, { flash, menuOpen, selecting, denied: denied.ring })}
        onClickCapture={(event) => {
          if (!message || row.kind !== 'bubble') return;
          if (!selecting && !event.ctrlKey && !event.metaKey) return;
          // Nothing in the message reacts: the click selects.
          event.preventDefault();
          event.stopPropagation();
          actions.select(message, selecting && event.shiftKey);
        }}
        onContextMenu={(event) => {
          if (!message || row.kind !== 'bubble') return;
          event.preventDefault();
          if (selecting) return;
          actions.openMenu(message, { x: event.clientX, y: event.clientY });
        }}
      >
        {selecting && row.kind === 'bubble' && message && isSelectable(message) && (
          <span className={css['pick']}>
            <input
              type="checkbox"
              className="visually-hidden"
              tabIndex={-1}
              checked={selected}
              readOnly
              aria-label={t('multi.pick')}
            />
            <CheckMark checked={selected} />
          </span>
        )}
        {row.kind === 'bubble' && message && (
          <Bubble
            message={message}
            groupStart={row.groupStart}
            names={names}
            query={query}
            personChat={personChat}
            tabIndex={tabIndex}
            onJump={actions.jumpToSeq}
            under={
              denied.line ? (
                <UnderNote error role="alert" data-testid="recall-denied">
                  {denied.line}
                </UnderNote>
              ) : null
            }
          />
        )}
        {row.kind === 'system' && message && <SystemLine message={message} tabIndex={tabIndex} />}
        {row.kind === 'recall' && message && (
          <RecallLine message={message} names={names} onReedit={actions.reedit} tabIndex={tabIndex} />
        )}
        {row.kind === 'folded' && (
          <FoldedLine
            messages={messages}
            names={names}
            onUnfold={() => actions.unfold(row.key)}
            tabIndex={tabIndex}
          />
        )}
      </article>
    </CollapsingRow>
  );
});

function rowClass(
  row: FlowRow,
  state: { flash: boolean; menuOpen: boolean; selecting: boolean; denied: boolean },
): string {
  if (row.kind !== 'bubble') return cx(css['lineRow'], state.flash && css['flash']);
  return cx(
    css['message'],
    row.own && css['own'],
    !row.groupStart && css['continued'],
    state.flash && css['flash'],
    state.menuOpen && css['menuOpen'],
    state.selecting && css['pickable'],
    state.denied && css['denied'],
  );
}

function rowName(
  row: FlowRow,
  messages: readonly MessageView[],
  names: Names,
  t: Translate,
  language: 'zh' | 'en',
): string {
  const [message] = messages;
  if (!message) return '';
  if (row.kind === 'folded') {
    const n = row.messages.length;
    if (row.actorUid === names.meUid) return t('tip.foldedMe', { n });
    return t('tip.folded', { X: foldedName(messages, names), n });
  }
  if (row.kind === 'system') return contentText(message.content, language, currentSelf());
  if (row.kind === 'bubble') return articleName(message, language);
  if (message.recall?.state === 'pending') return t('recall.pending');
  if (message.recall?.state === 'queued')
    return t('words.and', { a: t(pendingText(message.recall)), b: t('recall.queuedVisible') });
  const tip = tipOf(message, names, t);
  return translate(language, tip.key, tip.params).trim();
}
