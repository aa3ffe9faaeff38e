import { ChevronDown, ChevronUp, CircleAlert, Clock, CloudOff, RotateCcw, Trash2, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { mediaKey, useTransfers } from '../../state/media/transfer-store.ts';
import { unwatchWaiting, useWaitingMessages, watchWaiting } from '../../state/messages/waiting-store.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { useSession } from '../../state/session/session-store.ts';
import { albumKinds } from '../../text/album-words.ts';
import { contentLine } from '../../text/message-text.ts';
import { failureText } from '../../text/send-failure.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import css from './outbox-tray.module.css';

/** A message that takes longer to leave says so here, too. */
const SLOW_MS = 10_000;

/** What was sent and has not left: refused, or waiting for the network or the server (more.md 12). */
export function OutboxTray({ channel }: { channel: ChannelRef }) {
  const { channelId, channelType } = channel;
  useEffect(() => {
    const ref = { channelId, channelType };
    void watchWaiting(ref);
    return () => unwatchWaiting(ref);
  }, [channelId, channelType]);
  const waiting = useWaitingMessages(channel);
  useForgetting();
  return waiting.size === 0 ? null : <Waiting key={channelKey(channel)} messages={[...waiting.values()]} />;
}

function Waiting({ messages }: { messages: readonly MessageView[] }) {
  const t = useT();
  const listId = useId();
  const [open, setOpen] = useState(false);
  const online = useSession((state) => state.connection.state === 'online');
  const nowMs = useServerNow(SLOW_MS / 2);
  const transfers = useTransfers((state) => state.transfers);
  const root = useRef<HTMLElement>(null);
  const rows = messages.filter(
    (message) =>
      message.send.state === 'failed' ||
      !online ||
      isHeldUp(message) ||
      (nowMs - message.timestamp * 1000 > SLOW_MS &&
        transfers.get(mediaKey(message.channel, message.key))?.state !== 'running'),
  );
  const [first] = rows;
  if (!first) return null;
  const failed = rows.filter(({ send }) => send.state === 'failed');
  const retryable = rows.filter(canRetry);
  const groups = grouped(rows);
  const remove = (index: number): void => {
    for (const message of groups[index] ?? []) discard(message);
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>('[data-remove]') ?? [])];
    (buttons[index + 1] ?? buttons[index - 1])?.focus();
  };
  return (
    <section ref={root} className={css['tray']} aria-label={t('outbox.title')} data-testid="outbox-tray">
      <div className={css['head']}>
        <button
          type="button"
          className={css['toggle']}
          aria-expanded={open}
          aria-controls={listId}
          onClick={() => setOpen(!open)}
        >
          <Icon of={failed.length > 0 ? CircleAlert : CloudOff} size={16} />
          <span className={cx('ellipsis', failed.length > 0 && css['failed'])}>
            {t(failed.length > 0 ? 'outbox.failed' : 'outbox.waiting', { n: rows.length })}
          </span>
          <Icon of={open ? ChevronDown : ChevronUp} size={16} />
        </button>
        {retryable.length > 0 && (
          <TextButton onClick={() => retry(retryable, online)}>{t('outbox.retryAll')}</TextButton>
        )}
      </div>
      {open && (
        <ul id={listId} className={css['list']}>
          {groups.map((group, index) => {
            const [message] = group;
            return (
              message && (
                <Row
                  key={message.key}
                  message={message}
                  group={group}
                  online={online}
                  onRetry={() => retry(group, online)}
                  onRemove={() => remove(index)}
                />
              )
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Row({
  message,
  group,
  online,
  onRetry,
  onRemove,
}: {
  message: MessageView;
  /** What stands in an album with it; itself alone else. */
  group: readonly MessageView[];
  online: boolean;
  onRetry: () => void;
  onRemove: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const failed = message.send.state === 'failed';
  const what =
    group.length > 1
      ? t(`album.${albumKinds(group)}`, { n: group.length })
      : contentLine(message.content, language).replaceAll(/\s+/g, ' ');
  const sending = message.send.state === 'sending';
  return (
    <li className={css['row']}>
      <Icon of={failed ? CircleAlert : Clock} size={16} className={failed ? css['failed'] : css['waits']} />
      <span className={css['words']}>
        <bdi className="ellipsis">{what}</bdi>
        <span className={cx('ellipsis', css['why'], failed && css['failed'])}>
          {stateText(message, online, t)}
          <i className="dot-separator" />
          {clockTime(language, message.timestamp * 1000)}
        </span>
      </span>
      {canRetry(message) && (
        <IconButton
          icon={RotateCcw}
          size={28}
          iconSize={16}
          label={t('outbox.retryOf', { what })}
          onClick={onRetry}
        />
      )}
      <IconButton
        icon={sending ? X : Trash2}
        size={28}
        iconSize={16}
        data-remove=""
        label={t(sending ? 'outbox.cancelOf' : 'outbox.deleteOf', { what })}
        onClick={onRemove}
      />
    </li>
  );
}

/** Images and videos of one sending that stand alike are one row. */
function grouped(messages: readonly MessageView[]): MessageView[][] {
  const groups: MessageView[][] = [];
  for (const message of messages) {
    const last = groups.at(-1)?.[0];
    if (last && message.album !== undefined && message.album === last.album && sameState(message, last))
      groups.at(-1)?.push(message);
    else groups.push([message]);
  }
  return groups;
}

const sameState = ({ send: a }: MessageView, { send: b }: MessageView): boolean =>
  a.state === b.state && (a.state !== 'failed' || b.state !== 'failed' || a.reason === b.reason);

const isHeldUp = ({ send }: MessageView): boolean =>
  (send.state === 'queued' || send.state === 'sending') && send.waiting === true;

/** What is gone from this computer, or too large for the server, is not sent by trying again. */
const canRetry = ({ send }: MessageView): boolean =>
  send.state === 'queued' ||
  (send.state === 'failed' && send.reason !== 'missing' && send.reason !== 'tooLarge');

function stateText(message: MessageView, online: boolean, t: Translate): string {
  if (message.send.state === 'failed') return failureText(message.send, t);
  if (!online) return t('outbox.network');
  return t(isHeldUp(message) ? 'send.waitingServer' : 'send.sending');
}

function retry(messages: readonly MessageView[], online: boolean): void {
  for (const { channel, key, send } of messages)
    if (send.state === 'failed') void attempt(() => call('messages.retry', { channel, key }));
  if (!online && messages.some(({ send }) => send.state === 'queued'))
    void attempt(() => call('connection.retry', undefined));
}

/** What is on its way is taken back when it has arrived. */
function discard({ channel, key, send }: MessageView): void {
  const how = send.state === 'sending' ? 'messages.recall' : 'messages.discard';
  void attempt(() => call(how, { channel, key }));
}
