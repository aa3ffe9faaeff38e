/** What the account collected, as its server has it: asked for when the panel or the menu of a sticker opens. */
import { create } from 'zustand';
import { isOwnFile } from '../../../shared/content/own-file.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { StickerView } from '../../../shared/ipc/contract/stickers.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { burns } from '../messages/flames.ts';

interface Stickers {
  /** null = not known; a server without collections has neither tab nor menu item. */
  offered: boolean | null;
  stickers: readonly StickerView[];
  failed: boolean;
}

export const useStickers = create<Stickers>(() => ({ offered: null, stickers: [], failed: false }));

let running: Promise<void> | null = null;

/** Asks anew; whoever asks meanwhile waits for the same answer. */
export function loadStickers(): Promise<void> {
  running ??= read().finally(() => {
    running = null;
  });
  return running;
}

async function read(): Promise<void> {
  try {
    useStickers.setState({ ...(await call('stickers.list', undefined)), failed: false });
  } catch {
    useStickers.setState({ failed: true });
  }
}

/** Pictures that move, and stickers, which lie at the own server. */
export function isCollectable(message: MessageView): boolean {
  const { content, messageId, send } = message;
  if (messageId === null || send.state !== 'sent' || burns(message) || message.recall !== null) return false;
  if (content.kind === 'image') return isOwnFile(content.url) && /\.(?:gif|webp|apng)$/i.test(content.url);
  return (
    content.kind === 'named' &&
    content.what === 'sticker' &&
    content.picture !== undefined &&
    !content.drawn &&
    isOwnFile(content.picture)
  );
}

export async function collect({ channel, key }: Pick<MessageView, 'channel' | 'key'>): Promise<void> {
  if (!(await attempt(() => call('stickers.add', { channel, key })))) return;
  showToast({ text: t('sticker.added'), tone: 'success' });
  void loadStickers();
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
  await loadStickers();
  return true;
}

export async function removeSticker(path: string): Promise<void> {
  if (!(await attempt(() => call('stickers.remove', { path })))) return;
  useStickers.setState((state) => ({ stickers: state.stickers.filter((one) => one.path !== path) }));
}

/** Whether it is on its way. */
export const sendSticker = (
  channel: ChannelRef,
  sticker: StickerView,
  replyToMessageId: string | null,
): Promise<boolean> => attempt(() => call('stickers.send', { channel, sticker, replyToMessageId }));
