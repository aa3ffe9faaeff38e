import { TriangleAlert } from 'lucide-react';
import { memo, type ReactNode, useEffect, useState } from 'react';
import type { MessageView, SendState } from '../../../../shared/domain.ts';
import {
  SEND_FAILURES,
  type SendFailure,
  UPLOAD_FAILURES,
  type UploadFailure,
} from '../../../../shared/domain.ts';
import { type Translate, useLanguage, useT } from '../../../i18n/i18n.ts';
import { chipDate } from '../../../i18n/time-format.ts';
import { call } from '../../../state/bridge.ts';
import { attempt } from '../../../state/errors.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { CheckMark } from '../../../ui/checkbox.tsx';
import { useLater } from '../../../ui/use-later.ts';
import { RoleTag } from '../../../ui/role-tag.tsx';
import { translate } from '../../../../shared/strings/index.ts';
import { foldedName, FoldedLine, RecallLine, tipOf } from './recall-line.tsx';
import { denialLeftMs, denialText } from '../../../state/recall/recall-denial.ts';
import { isSelectable } from '../../../state/messages/selection-store.ts';
import { useForgetting } from '../../../state/forget.ts';
import { CollapsingRow } from '../flow/collapsing-row.tsx';
import type { FlowRow } from '../flow/flow-rows.ts';
import { MessageContentView, QuoteBlock } from '../content/message-content.tsx';
import { MessageMeta } from './message-meta.tsx';
import { articleName, contentText } from '../../../text/message-text.ts';
import { useRowMessages } from '../flow/use-flow-rows.ts';
import type { Names } from './use-names.ts';
import css from '../messages.module.css';

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
      {row.day !== null && (
        <div className={css['day']}>
          <span>
            {chipDate(language, row.day * 1000, todayMs, {
              today: t('flow.today'),
              yesterday: t('flow.yesterday'),
            })}
          </span>
        </div>
      )}
      {row.unread && (
        <div className={css['unread']} data-testid="unread-divider">
          {t('flow.newMessages')}
        </div>
      )}
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
                <div className={cx(css['under'], css['underError'])} role="alert" data-testid="recall-denied">
                  <Icon of={TriangleAlert} size={14} />
                  {denied.line}
                </div>
              ) : null
            }
          />
        )}
        {row.kind === 'system' && message && <SystemLine message={message} />}
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
  if (row.kind === 'system') return contentText(message.content, language);
  if (row.kind === 'bubble') return articleName(message, language);
  if (message.recall?.state === 'pending') return t('recall.pending');
  if (message.recall?.state === 'queued') return `${t('recall.queued')}, ${t('recall.queuedVisible')}`;
  const tip = tipOf(message, names, t);
  return translate(language, tip.key, tip.params).trim();
}

/** The refusal of an own recall: amber ring for 2 s, line with the reason for 8 s. */
function useDenied(message: MessageView | null): { ring: boolean; line: string | null } {
  const t = useT();
  const [, tick] = useState(0);
  const left = message ? denialLeftMs(message, serverNow()) : 0;
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = window.setTimeout(() => tick((n) => n + 1), left + 20);
    return () => window.clearTimeout(timer);
  }, [left]);
  if (left <= 0 || message?.recall?.state !== 'denied') return { ring: false, line: null };
  return { ring: true, line: denialText(message.recall.reason, t) };
}

function Bubble({
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
    <>
      {!message.own &&
        (groupStart ? <Avatar id={message.fromUid} name={message.fromName} size={36} /> : <span />)}
      <div className={css['body']}>
        {!message.own && groupStart && !personChat && (
          <div className={css['who']}>
            <bdi className="ellipsis">{message.fromName}</bdi>
            <RoleTag role={message.fromRole} />
          </div>
        )}
        <div
          className={cx(css['bubble'], message.content.kind === 'image' && !quote && css['picture'])}
          data-testid="bubble"
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

/** A send that takes only a moment shows just the clock. */
const SLOW_MS = 1_500;

/** Under an own message that is not sent: what is going on and what can be done. */
function SendNote({ message, tabIndex }: { message: MessageView; tabIndex: 0 | -1 }) {
  const t = useT();
  const slow = useLater(message.send.state === 'queued' || message.send.state === 'sending', SLOW_MS);
  const target = { channel: message.channel, key: message.key };
  const discard = (): void => void attempt(() => call('messages.discard', target));
  if (message.send.state === 'failed') {
    return (
      <div className={cx(css['under'], css['underError'])} data-testid="send-failed">
        <Icon of={TriangleAlert} size={14} />
        <span>{failureText(message.send, t)}</span>
        <button
          type="button"
          tabIndex={tabIndex}
          className={css['textButton']}
          onClick={() => void attempt(() => call('messages.retry', target))}
        >
          {t('send.retry')}
        </button>
        <button type="button" tabIndex={tabIndex} className={css['textButton']} onClick={discard}>
          {t('send.delete')}
        </button>
      </div>
    );
  }
  if (!slow) return null;
  return (
    <div className={css['under']}>
      <span>{t('send.sending')}</span>
      {message.send.state === 'queued' && (
        <button type="button" tabIndex={tabIndex} className={css['textButton']} onClick={discard}>
          {t('recall.cancelSend')}
        </button>
      )}
    </div>
  );
}

function failureText(send: Extract<SendState, { state: 'failed' }>, t: Translate): string {
  const known = ([...SEND_FAILURES, ...UPLOAD_FAILURES] as readonly string[]).includes(send.reason);
  const reason = known ? t(`send.why.${send.reason as SendFailure | UploadFailure}`) : (send.detail ?? '');
  return reason ? `${t('send.failed')}: ${reason}` : t('send.failed');
}

function SystemLine({ message }: { message: MessageView }) {
  const t = useT();
  if (message.content.kind !== 'system') return null;
  return (
    <div className={css['line']} data-testid="system-line">
      <span>
        {message.content.parts.map((part, index) =>
          // The parts of one line never move: their position is their identity.
          part.uid === null ? (
            <span key={index}>{part.more ? t('msg.moreNames', { n: part.more }) : part.text}</span>
          ) : (
            <b key={index}>
              <bdi>{part.text}</bdi>
            </b>
          ),
        )}
      </span>
    </div>
  );
}
