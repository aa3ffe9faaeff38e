import { useEffect, useRef, useState } from 'react';
import { isolated, shownFileName } from '../../../shared/display-name.ts';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { MAX_TEXT_LENGTH } from '../../../shared/ipc/contract/limits.ts';
import { useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { comingFiles, sendTray, uploadPace } from '../../state/composer/attachment-store.ts';
import { NotStored } from '../../state/composer/tray-copies.ts';
import { emptyTray, sentBytes, type Tray, trayOf, useTrays } from '../../state/composer/tray-store.ts';
import {
  clearWriting,
  endEdit,
  restoreWriting,
  useComposer,
  type Writing,
} from '../../state/composer/composer-store.ts';
import { bodyOf } from '../../state/composer/message-body.ts';
import { mentionsOf, mentionsOfEdit } from '../../state/composer/mention-tokens.ts';
import { attempt } from '../../state/errors.ts';
import { errorText } from '../../text/error-text.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { useLatest } from '../../ui/use-latest.ts';
import { overServer, type SlowFiles, slowFiles } from './slow-files.ts';

export interface Sending {
  tray: Tray;
  /** What is in the tray goes along. */
  attached: boolean;
  /** There is something to send, and it may be sent. */
  ready: boolean;
  /** Sends what is written and attached, or saves the edit. */
  submit: () => void;
  /** It would take long: asked about before. */
  slow: SlowFiles | null;
  sendSlow: () => void;
  keepSlow: () => void;
}

/** What happens to what is written: sent with what is attached, or saved as an edit. */
export function useSending(channel: ChannelRef, writing: Writing): Sending {
  const t = useT();
  const key = channelKey(channel);
  const { text, picked, editing } = writing;
  const body = bodyOf(text);
  const tray = useTrays((state) => state.trays[key]) ?? emptyTray;
  // An edit changes words only: what is attached waits for the next message.
  const attached = !editing && tray.items.length > 0;
  const ready = (body.length > 0 || attached) && body.length <= MAX_TEXT_LENGTH && !(attached && tray.busy);

  const saveEdit = ({ key: messageKey, original, unseen }: NonNullable<Writing['editing']>): void =>
    void attempt(async () => {
      const mention = mentionsOfEdit(body, picked, unseen);
      // Spaces that sending would have taken off are no change.
      const words = body === bodyOf(original) ? original : body;
      await call('messages.edit', {
        channel,
        key: messageKey,
        text: words.slice(0, MAX_TEXT_LENGTH),
        mention,
      });
      if (useComposer.getState().writings[key]?.editing?.key === messageKey) endEdit(channel);
    });
  const send = (): void => {
    const sent = writing;
    const replyToMessageId = sent.reply && !sent.reply.gone ? sent.reply.messageId : null;
    clearWriting(channel);
    if (useMessageStore.getState().channels[key]?.window.hasNewer)
      void useMessageStore.getState().loadLatest(channel);
    const words = { text: body, mention: mentionsOf(body, picked), replyToMessageId };
    const handOver = async (): Promise<void> => {
      try {
        if (attached) await sendTray(channel, words);
        else await call('messages.send', { channel, ...words });
      } catch (error) {
        restoreWriting(channel, sent);
        // What could not be stored was said.
        if (!(error instanceof NotStored)) throw error;
      }
    };
    // What is attached is still in the tray after a failure, and the words are back: sending again is the user's.
    if (attached)
      void handOver().catch((error: unknown) => showToast({ tone: 'error', text: errorText(error) }));
    else void attempt(handOver);
  };
  const sendLatest = useLatest(send);
  const [slow, setSlow] = useState<SlowFiles | null>(null);
  /** What the server would refuse is said, and what takes long is asked about, before anything leaves the tray. */
  const asking = useRef(false);
  const askAndSend = async (): Promise<void> => {
    if (asking.current) return;
    asking.current = true;
    const { bytesPerSecond, refusedBytes } = await uploadPace();
    asking.current = false;
    const { items: waiting, original } = trayOf(key);
    const items = waiting.map((item) => ({ name: item.name, size: sentBytes(item, original) }));
    const over = overServer(items, refusedBytes);
    if (over) {
      const name = isolated(shownFileName(over.name));
      showToast({
        tone: 'error',
        text: t('file.overServer', { name, size: byteSize(refusedBytes ?? 0) }),
      });
      return;
    }
    const long = slowFiles(items, bytesPerSecond);
    if (long) setSlow(long);
    else sendLatest.current();
  };
  const submit = (): void => {
    const coming = editing ? null : comingFiles(channel);
    if (coming) {
      void sendWith(coming);
      return;
    }
    if (!ready) return;
    if (editing) saveEdit(editing);
    else if (attached) void askAndSend();
    else send();
  };
  const latest = useLatest({ key, submit });
  const waiting = useRef(false);
  const isShown = useRef(false);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  /** Files were picked or dropped, and are on their way into the tray: the words wait for them. */
  const sendWith = async (coming: Promise<unknown>): Promise<void> => {
    if (waiting.current) return;
    waiting.current = true;
    await coming;
    // (What is in the tray now is drawn in this turn.)
    setTimeout(() => {
      waiting.current = false;
      // From elsewhere nothing is sent: words and files stay where they are.
      if (isShown.current && latest.current.key === key) latest.current.submit();
    }, 0);
  };
  return {
    tray,
    attached,
    ready,
    submit,
    slow,
    sendSlow() {
      setSlow(null);
      send();
    },
    keepSlow: () => setSlow(null),
  };
}
