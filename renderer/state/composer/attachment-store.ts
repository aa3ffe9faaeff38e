/**
 * What is about to be sent, per conversation: the files the user picked, not yet read. Their object URLs (thumbs) live
 * as long as their place in the tray.
 */
import { create } from 'zustand';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import type { Args } from '../../../shared/ipc/contract/contract.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENT_PIECE_BYTES } from '../../../shared/ipc/contract/limits.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { t } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../bridge.ts';
import { useComposer } from './composer-store.ts';
import { useSession } from '../session/session-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { isImageType, MAX_ATTACHMENTS, type Problem, PROBLEMS, sendName, sortOut } from './attachments.ts';

export interface Attachment {
  id: number;
  file: File;
  kind: 'image' | 'file';
  /** Px; 0 for files. */
  width: number;
  height: number;
  /** Object URL of an image. */
  preview: string | null;
}

export interface Tray {
  items: readonly Attachment[];
  /** Some are being handed to the core: none is taken out until that is done. What comes then waits behind. */
  busy: boolean;
}

export const emptyTray: Tray = { items: [], busy: false };

export const useTrays = create<{ trays: Readonly<Record<string, Tray>> }>(() => ({ trays: {} }));

const trayOf = (key: string): Tray => useTrays.getState().trays[key] ?? emptyTray;
let nextId = 1;
/** Grows with the account: what was begun for another one is dropped. */
let epoch = 0;

function setTray(key: string, tray: Tray): void {
  useTrays.setState(({ trays }) => {
    const { [key]: _before, ...others } = trays;
    return { trays: tray.items.length > 0 || tray.busy ? { ...others, [key]: tray } : others };
  });
}

function release(items: readonly Attachment[]): void {
  for (const { preview } of items) if (preview !== null) URL.revokeObjectURL(preview);
}

const WHY: Record<Problem, (n: number) => string> = {
  folder: () => t('attach.folder'),
  empty: (n) => t('attach.empty', { n }),
  tooLarge: (n) => t('attach.tooLarge', { n, size: byteSize(MAX_ATTACHMENT_BYTES) }),
  tooMany: () => t('attach.tooMany', { max: MAX_ATTACHMENTS }),
};

/** Puts files into the tray of a conversation; what cannot be sent is said once. */
export async function attachFiles(channel: ChannelRef, files: readonly File[], folders = 0): Promise<void> {
  const key = channelKey(channel);
  const mine = epoch;
  if (files.length + folders > 0 && useComposer.getState().writings[key]?.editing) {
    showToast({ tone: 'error', text: t('composer.editNoFiles') });
    return;
  }
  const { accepted, problems } = sortOut(files, trayOf(key).items.length, folders);
  const said = PROBLEMS.flatMap((problem) => (problems[problem] ? [WHY[problem](problems[problem])] : []));
  if (said.length > 0) showToast({ tone: 'error', text: said.join(t('multi.and')) });
  const items = await Promise.all(accepted.map(attachmentOf));
  const now = trayOf(key);
  // Another account, or the tray filled up meanwhile.
  const room = mine === epoch ? Math.max(0, MAX_ATTACHMENTS - now.items.length) : 0;
  const late = items.slice(room);
  release(late);
  if (mine === epoch && late.length > 0) showToast({ tone: 'error', text: WHY.tooMany(late.length) });
  if (room > 0 && items.length > 0) setTray(key, { ...now, items: [...now.items, ...items.slice(0, room)] });
}

async function attachmentOf(file: File): Promise<Attachment> {
  const plain: Attachment = { id: nextId++, file, kind: 'file', width: 0, height: 0, preview: null };
  if (!isImageType(file.type) || !(await isShowable(file))) return plain;
  const preview = URL.createObjectURL(file);
  const image = new Image();
  image.src = preview;
  try {
    await image.decode();
    return { ...plain, kind: 'image', width: image.naturalWidth, height: image.naturalHeight, preview };
  } catch {
    // Not what its type says: sent as a file, which it is.
    URL.revokeObjectURL(preview);
    return plain;
  } finally {
    image.removeAttribute('src');
  }
}

/** Looked at before it is decoded: a small file can hold more pixels than there is memory. */
async function isShowable(file: File): Promise<boolean> {
  try {
    const header = await pictureHeaderOf(
      async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
    );
    return header?.showable === true;
  } catch {
    return false;
  }
}

export function detach(channel: ChannelRef, id: number): void {
  const key = channelKey(channel);
  const tray = trayOf(key);
  if (tray.busy) return;
  release(tray.items.filter((item) => item.id === id));
  setTray(key, { ...tray, items: tray.items.filter((item) => item.id !== id) });
}

/**
 * Hands what is in the tray of a conversation and the words to the core; takes it out once all of it is stored there.
 * Throws, with all of it still in the tray, when something cannot be read or stored.
 */
export async function sendTray(
  channel: ChannelRef,
  words: Pick<Args<'messages.sendAttachments'>, 'text' | 'mention' | 'replyToMessageId'>,
): Promise<void> {
  const key = channelKey(channel);
  const { items, busy } = trayOf(key);
  if (busy || items.length === 0) return;
  const mine = epoch;
  setTray(key, { items, busy: true });
  const staged: { item: Attachment; id: string }[] = [];
  try {
    for (const item of items) staged.push({ item, id: await stage(channel, item) });
    await call('messages.sendAttachments', {
      channel,
      items: staged.map(({ item, id }) => ({
        attachmentId: id,
        kind: item.kind,
        width: item.width,
        height: item.height,
      })),
      ...words,
    });
    if (mine === epoch)
      setTray(key, { items: trayOf(key).items.filter((item) => !items.includes(item)), busy: false });
    release(items);
  } catch (error) {
    for (const { id } of staged) discard(id);
    if (mine === epoch) setTray(key, { ...trayOf(key), busy: false });
    throw error;
  }
}

/** Its bytes could not be read: moved, changed or taken away since it was picked. */
export class UnreadableFile extends Error {}

async function stage(channel: ChannelRef, { file }: Attachment): Promise<string> {
  const { id } = await call('attachments.begin', {
    channel,
    name: sendName(file.name),
    size: file.size,
    mime: file.type.slice(0, 100),
  });
  try {
    for (let offset = 0; offset < file.size; offset += MAX_ATTACHMENT_PIECE_BYTES) {
      const bytes = await read(file, offset);
      await call('attachments.append', { id, offset, bytes });
    }
    return id;
  } catch (error) {
    discard(id);
    throw error;
  }
}

async function read(file: File, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.slice(offset, offset + MAX_ATTACHMENT_PIECE_BYTES).arrayBuffer());
  } catch {
    throw new UnreadableFile('a picked file cannot be read any more');
  }
}

function discard(id: string): void {
  call('attachments.discard', { id }).catch(() => {
    // Logged by `call`; the core clears what was left behind at its next start.
  });
}

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  epoch += 1;
  for (const { items } of Object.values(useTrays.getState().trays)) release(items);
  useTrays.setState({ trays: {} });
});
