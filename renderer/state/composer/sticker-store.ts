/** What the account collected, as its server has it: asked for when the panel or the menu of a sticker opens. */
import { create } from 'zustand';
import { isOwnFile } from '../../../shared/content/own-file.ts';
import { stickerSource } from '../../../shared/content/sticker-source.ts';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { SharedQuestion } from '../answers.ts';
import { call, codeOf } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { pagePath } from '../media/media-store.ts';
import { burns } from '../messages/flames.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import { loadedMessage } from '../messages/message-store.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import type { StickerFile } from './sticker-file.ts';

interface Stickers {
  /** null = not known; a server without collections has neither tab nor menu item. */
  offered: boolean | null;
  stickers: readonly StickerView[];
  failed: boolean;
}

const UNKNOWN: Stickers = { offered: null, stickers: [], failed: false };
export const useStickers = create<Stickers>(() => UNKNOWN);

const collection = new SharedQuestion(read);

/** Asks anew; whoever asks meanwhile waits for the same answer. */
export const loadStickers = (): Promise<void> => collection.ask();

/** Recalled since the list was asked for. */
const gone = new Set<string>();
const standing = (stickers: readonly StickerView[]): StickerView[] =>
  stickers.filter(({ path }) => !gone.has(stickerSource(path) ?? ''));

async function read(): Promise<() => void> {
  gone.clear();
  try {
    const { offered, stickers } = await call('stickers.list', undefined);
    return () => useStickers.setState({ offered, stickers: standing(stickers), failed: false });
  } catch {
    return () => useStickers.setState({ failed: true });
  }
}

// What was made of a picture goes in the update that tells of its recall.
onMessageDelta((deltas) => {
  const told = deltas.flatMap((delta) =>
    delta.kind === 'messages' ? delta.upserts.filter(isRecalled).map(({ messageId }) => messageId) : [],
  );
  for (const id of told) if (id !== null) gone.add(id);
  const { stickers } = useStickers.getState();
  if (told.length === 0 || stickers.length === 0) return;
  const left = standing(stickers);
  if (left.length < stickers.length) useStickers.setState({ stickers: left });
});

/**
 * How it gets into the collection: stickers and pictures that move under the name they have, other images as a sticker
 * that is made of them; null = not at all. All of them lie at the own server.
 */
export function collectedAs(message: MessageView): 'named' | 'made' | null {
  const { content, messageId, send } = message;
  if (messageId === null || send.state !== 'sent' || burns(message) || message.recall !== null) return null;
  if (content.kind === 'image') {
    if (!isOwnFile(content.url)) return null;
    return /\.(?:gif|webp|apng)$/i.test(content.url) ? 'named' : 'made';
  }
  const isSticker =
    content.kind === 'named' &&
    content.what === 'sticker' &&
    content.picture !== undefined &&
    isOwnFile(content.picture);
  return isSticker ? 'named' : null;
}

type Refused = 'sticker.noPicture' | 'sticker.tooLarge' | 'media.missing';

/** A refusal is said, unless the message was recalled meanwhile: then there is nothing to complain about. */
export async function collect(message: MessageView): Promise<void> {
  const { channel, key } = message;
  const outcome: { refused: Refused | null } = { refused: null };
  const isThere = (): boolean => {
    const now = loadedMessage(channelKey(channel), key);
    return now === undefined || !isRecalled(now);
  };
  const done = await attempt(async () => {
    try {
      const made = collectedAs(message) === 'made' ? await madeOf({ channel, key }) : null;
      if (typeof made === 'string') outcome.refused = made;
      else if (!isThere()) return;
      else if (made) await call('stickers.addFile', { ...made, of: { channel, key } });
      else await call('stickers.add', { channel, key });
    } catch (error) {
      if (isThere()) throw error;
    }
  });
  if (!done || !isThere()) return;
  if (outcome.refused) showToast({ text: t(outcome.refused), tone: 'error' });
  else showToast({ text: t('sticker.added'), tone: 'success' });
  collection.changed();
  void loadStickers();
}

/** null: it moves, so that it is collected as it is. */
async function madeOf(target: Pick<MessageView, 'channel' | 'key'>): Promise<StickerFile | Refused | null> {
  const loaded = await call('media.load', { ...target, asked: true }).catch((error: unknown) => {
    if (codeOf(error) === 'notFound') return null;
    throw error;
  });
  if (!loaded) return 'media.missing';
  const { url, hidden, loopMs } = loaded;
  if (hidden || url === '') return 'sticker.noPicture';
  if (loopMs !== undefined) return null;
  const { stickerOfPicture } = await import('./sticker-file.ts');
  const made = await stickerOfPicture(pagePath(url));
  return typeof made === 'string' ? `sticker.${made}` : made;
}

/** A picture of this computer: whether it is in the collection now; why not was said. */
export async function collectFile(picked: File): Promise<boolean> {
  const { stickerFile } = await import('./sticker-file.ts');
  const made = await stickerFile(picked);
  if (typeof made === 'string') {
    showToast({ text: t(`sticker.${made}`), tone: 'error' });
    return false;
  }
  if (!(await attempt(() => call('stickers.addFile', made)))) return false;
  showToast({ text: t('sticker.added'), tone: 'success' });
  collection.changed();
  await loadStickers();
  return true;
}

export async function removeSticker(path: string): Promise<void> {
  if (!(await attempt(() => call('stickers.remove', { path })))) return;
  collection.changed();
  useStickers.setState((state) => ({ stickers: state.stickers.filter((one) => one.path !== path) }));
}

/** Whether it is on its way. */
export const sendSticker = (
  channel: ChannelRef,
  sticker: StickerView,
  replyToMessageId: string | null,
): Promise<boolean> => attempt(() => call('stickers.send', { channel, sticker, replyToMessageId }));

// What is collected belongs to an account.
useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  collection.changed();
  useStickers.setState(UNKNOWN);
});
