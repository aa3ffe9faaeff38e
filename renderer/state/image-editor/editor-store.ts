/**
 * Which picture is open in the image editor: by its place in a tray, or by the key of its message, so that a recall
 * takes it away at once. What is drawn on it is in the editor alone, and goes with it.
 */
import { ImageOff } from 'lucide-react';
import { create } from 'zustand';
import { entryOfKey } from '../../../shared/content/history-content.ts';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { type Attachment, findItem, trayOf, useTrays } from '../composer/tray-store.ts';
import { burns } from '../messages/flames.ts';
import { onOtherFile } from '../media/edited-files.ts';
import { watchGone } from '../messages/gone-messages.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import { loadedMessage, useMessageStore } from '../messages/message-store.ts';
import { useSession } from '../session/session-store.ts';
import { jumpTo, useUi } from '../window/ui-store.ts';

export type EditedPicture =
  /** An image that waits in the tray of a chat. */
  | { of: 'tray'; channel: ChannelRef; id: number }
  /** That of a message; what is made of it goes into the tray of the chat. */
  | { of: 'message'; channel: ChannelRef; key: string };

export const useImageEditor = create<{ open: EditedPicture | null }>(() => ({ open: null }));

export const closeImageEditor = (): void => {
  if (useImageEditor.getState().open) useImageEditor.setState({ open: null });
};

/** A GIF moves, which no drawing on one of its pictures keeps. */
export const canEditWaiting = ({ kind, name, preview }: Attachment): boolean =>
  kind === 'image' && preview !== null && !isMoving(name);
const isMoving = (name: string): boolean => /\.gif$/i.test(name);

export function editWaiting(channel: ChannelRef, id: number): void {
  if (isWaiting(channel, id)) useImageEditor.setState({ open: { of: 'tray', channel, id } });
}

/** Of a message: a picture that may leave it and is in the flow. */
export const canEditImage = (message: MessageView): boolean =>
  message.content.kind === 'image' &&
  message.messageId !== null &&
  entryOfKey(message.key) === null &&
  !burns(message) &&
  !isRecalled(message) &&
  !isMoving(message.content.name ?? message.content.url);

export function editImageOf({ channel, key }: Pick<MessageView, 'channel' | 'key'>): void {
  if (isThere(channel, key)) useImageEditor.setState({ open: { of: 'message', channel, key } });
}

function isWaiting(channel: ChannelRef, id: number): boolean {
  const key = channelKey(channel);
  const item = findItem(key, id);
  return item !== undefined && canEditWaiting(item) && !trayOf(key).busy;
}

/** Whether the message is still one whose picture may be edited. */
export function isThere(channel: ChannelRef, key: string): boolean {
  const message = loadedMessage(channelKey(channel), key);
  return message !== undefined && canEditImage(message);
}

watchGone(
  () => {
    const { open } = useImageEditor.getState();
    return open?.of === 'message' ? { channel: open.channel, keys: [open.key] } : null;
  },
  ({ recalled }) => (recalled.length > 0 ? closeRecalled() : closeImageEditor()),
);

// (Another picture is there now.)
onOtherFile(({ channel, keys }) => {
  const { open } = useImageEditor.getState();
  if (open?.of !== 'message' || channelKey(open.channel) !== channelKey(channel)) return;
  if (keys.includes(open.key)) closeImageEditor();
});

/** Of which message was said that it is gone: once is enough. */
let told = '';
export const isTold = (key: string): boolean => told === key;

/** Says so, and leads to the line that took the place of the message, wherever the flow stands. */
function closeRecalled(): void {
  const { open } = useImageEditor.getState();
  closeImageEditor();
  if (open?.of !== 'message') return;
  told = open.key;
  showToast({ text: t('imageEditor.gone'), icon: ImageOff });
  const message = loadedMessage(channelKey(open.channel), open.key);
  if (message && message.messageSeq > 0) jumpTo(open.channel, message.messageSeq);
}

// Whichever tells first: what is loaded may be another message, or not be there any more.
useMessageStore.subscribe((state, before) => {
  const { open } = useImageEditor.getState();
  if (open?.of !== 'message') return;
  const key = channelKey(open.channel);
  if (state.channels[key] === before.channels[key] || isThere(open.channel, open.key)) return;
  const message = loadedMessage(key, open.key);
  if (message && isRecalled(message)) closeRecalled();
  else closeImageEditor();
});
useTrays.subscribe(() => {
  const { open } = useImageEditor.getState();
  if (open?.of === 'tray' && !isWaiting(open.channel, open.id)) closeImageEditor();
});
useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel || state.route !== before.route) closeImageEditor();
});
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid || (state.phase !== before.phase && state.phase === 'locking'))
    closeImageEditor();
});
