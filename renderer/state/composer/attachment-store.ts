/**
 * What is about to be sent, per conversation: the images and files of its draft. What is picked is given to the core at
 * once, which keeps a copy until it is sent or removed; object URLs (thumbs) live as long as their place in the tray.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { Args, Value } from '../../../shared/ipc/contract/contract.ts';
import { MAX_ATTACHMENT_BYTES, MAX_TRAY_BYTES } from '../../../shared/ipc/contract/limits.ts';
import type { DraftAttachment } from '../../../shared/ipc/contract/media.ts';
import { t } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { pagePath } from '../media/media-store.ts';
import { useComposer } from './composer-store.ts';
import { useSession } from '../session/session-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { MAX_ATTACHMENTS, type Problem, PROBLEMS, sortOut, unreadableOf } from './attachments.ts';
import { discardCopy, stageCopy, UnreadableFile } from './stored-copies.ts';
import { copyOf, copyToCore, NotStored } from './tray-copies.ts';
import {
  type Attachment,
  dropTrays,
  emptyTray,
  findItem,
  newItem,
  type Original,
  originalOf,
  release,
  setTray,
  takeOut,
  trayEpoch,
  trayOf,
} from './tray-store.ts';

/** Chats whose tray was asked for. */
const loaded = new Set<string>();

/** Copies that left a tray here: a list that was asked for before may still name them. */
const left = new Set<string>();

/** By chat: files that are looked at and not in the tray yet. */
const coming = new Map<string, Promise<unknown>>();

/** Resolves when what was picked or dropped into a chat until now is in its tray, or was refused; null: nothing is. */
export const comingFiles = (channel: ChannelRef): Promise<unknown> | null =>
  coming.get(channelKey(channel)) ?? null;

/** `refused`: bytes of what the server refused. */
const WHY: Record<Problem, (n: number, refused: number) => string> = {
  folder: () => t('attach.folder'),
  unreadable: () => t('attach.unreadable'),
  empty: (n) => t('attach.empty', { n }),
  tooLarge: (n) => t('attach.tooLarge', { n, size: byteSize(MAX_ATTACHMENT_BYTES) }),
  overServer: (n, refused) => t('attach.overServer', { n, size: byteSize(refused) }),
  tooMuch: (n) => t('attach.tooMuch', { n, size: byteSize(MAX_TRAY_BYTES) }),
  tooMany: () => t('attach.tooMany', { max: MAX_ATTACHMENTS }),
};

/** What is known of the way to the server; nothing when the core does not answer. */
export const uploadPace = (): Promise<Value<'attachments.pace'>> =>
  call('attachments.pace', undefined).catch(() => ({ bytesPerSecond: null, refusedBytes: null }));

/**
 * Puts files into the tray of a conversation; what cannot be sent is said once. Answers the ids of what was put there.
 */
export async function attachFiles(
  channel: ChannelRef,
  files: readonly File[],
  folders = 0,
  about: Partial<Pick<Attachment, 'isKept'>> = {},
): Promise<readonly number[]> {
  const key = channelKey(channel);
  const attaching = lookedAt(channel, files, folders, about);
  const all = Promise.allSettled([coming.get(key), attaching]);
  coming.set(key, all);
  void all.then(() => coming.get(key) === all && coming.delete(key));
  return attaching;
}

async function lookedAt(
  channel: ChannelRef,
  files: readonly File[],
  folders: number,
  about: Partial<Pick<Attachment, 'isKept'>>,
): Promise<readonly number[]> {
  const key = channelKey(channel);
  const mine = trayEpoch();
  if (files.length + folders > 0 && useComposer.getState().writings[key]?.editing) {
    showToast({ tone: 'error', text: t('composer.editNoFiles') });
    return [];
  }
  const unreadable = await unreadableOf(files);
  const { refusedBytes } = await uploadPace();
  // Another account.
  if (mine !== trayEpoch()) return [];
  const now = trayOf(key);
  const bytes = now.items.reduce((sum, { size }) => sum + size, 0);
  const inTray = { count: now.items.length, bytes };
  const readable = files.filter((file) => !unreadable.has(file));
  const { accepted, problems } = sortOut(readable, inTray, folders, refusedBytes);
  if (unreadable.size > 0) problems.unreadable = unreadable.size;
  const said = PROBLEMS.flatMap((problem) => {
    const n = problems[problem];
    return n ? [WHY[problem](n, refusedBytes ?? 0)] : [];
  });
  if (said.length > 0) showToast({ tone: 'error', text: said.join(t('multi.and')) });
  if (accepted.length === 0) return [];
  const taken = accepted.map((file) => ({ item: { ...pickedItem(file), ...about }, file }));
  setTray(key, { items: [...now.items, ...taken.map(({ item }) => item)] });
  for (const { item, file } of taken)
    copyToCore(channel, item, file, (others) => {
      for (const other of others) void loadTray(other, true);
    });
  return taken.map(({ item }) => item.id);
}

/** Its tray is in another window from now on. */
export function forgetTray(channel: ChannelRef): void {
  const key = channelKey(channel);
  loaded.delete(key);
  release(trayOf(key).items);
  setTray(key, emptyTray);
}

/** What waits in the tray of a chat since before this page; `again`: it is another than it was. */
export async function loadTray(channel: ChannelRef, again = false): Promise<void> {
  const key = channelKey(channel);
  if (loaded.has(key) && !again) return;
  loaded.add(key);
  const mine = trayEpoch();
  const waiting = await call('attachments.list', { channel }).catch(() => null);
  if (mine !== trayEpoch()) return;
  if (waiting === null) {
    loaded.delete(key);
    return;
  }
  const { items } = trayOf(key);
  const there = new Set(waiting.map(({ id }) => id));
  const gone = items.filter((item) => again && item.stored && item.isKept && !there.has(item.copy ?? ''));
  release(gone);
  const known = new Set(items.map((item) => item.copy));
  const before = waiting.filter(({ id }) => !known.has(id) && !left.has(id)).map(itemOf);
  setTray(key, { items: [...before, ...items.filter((item) => !gone.includes(item))] });
}

const itemOf = ({ id: copy, url, ...about }: DraftAttachment): Attachment =>
  newItem({ ...about, copy, stored: true, preview: url === '' ? null : pagePath(url) });

/** What an image or a video is, is read when it is copied: it takes a while. */
function pickedItem(file: File): Attachment {
  const { name, size, type } = file;
  if (type.startsWith('video/')) return newItem({ name, size, kind: 'video' });
  return newItem({ name, size, kind: type.startsWith('image/') ? 'image' : 'file' });
}

export function detach(channel: ChannelRef, id: number): void {
  const key = channelKey(channel);
  const item = findItem(key, id);
  if (trayOf(key).busy || !item) return;
  takeOut(key, new Set([id]));
  const { copy } = item;
  if (copy === null) return;
  left.add(copy);
  // Whoever makes its copy drops that by itself.
  if (item.stored || !copyOf(id))
    void discardCopy(copy).catch((error: unknown) => {
      left.delete(copy);
      showToast({ tone: 'error', text: errorText(error) });
      void loadTray(channel, true);
    });
}

/**
 * Sends what is in the tray of a conversation and the words; takes it out once the core has stored the messages.
 * Throws, with what can still be sent in the tray, when something cannot be read or stored.
 */
export async function sendTray(
  channel: ChannelRef,
  words: Pick<Args<'messages.sendAttachments'>, 'text' | 'mention' | 'replyToMessageId'>,
): Promise<void> {
  const key = channelKey(channel);
  const { items, busy, original } = trayOf(key);
  if (busy || items.length === 0) return;
  const mine = trayEpoch();
  const ids = new Set(items.map(({ id }) => id));
  setTray(key, { busy: true });
  /** Originals, which are with the core from now to the end of this only. */
  const staged: string[] = [];
  try {
    await Promise.all([...ids].flatMap((id) => copyOf(id) ?? []));
    const sending: Args<'messages.sendAttachments'>['items'] = [];
    for (const item of trayOf(key).items.filter(({ id }) => ids.has(id))) {
      const other = original ? originalOf(item) : null;
      sending.push(other ? await stageOriginal(channel, item, other, { mine, staged }) : sentItem(item));
    }
    await call('messages.sendAttachments', { channel, items: sending, ...words });
    staged.length = 0;
    if (mine !== trayEpoch()) return;
    for (const { copy } of trayOf(key).items.filter(({ id }) => ids.has(id)))
      if (copy !== null) left.add(copy);
    takeOut(key, ids);
    setTray(key, { original: false });
  } finally {
    for (const id of staged) void discardCopy(id).catch(() => undefined);
    if (mine === trayEpoch()) setTray(key, { busy: false });
  }
}

type SentItem = Args<'messages.sendAttachments'>['items'][number];

const sentItem = ({ copy, kind, width, height, seconds }: Attachment): SentItem => ({
  attachmentId: copy ?? '',
  kind,
  width,
  height,
  ...(kind === 'video' && { seconds }),
});

/** Gives an original to the core, for this sending only; `staged` learns the names of what was given. */
async function stageOriginal(
  channel: ChannelRef,
  { copy, seconds }: Attachment,
  { cover, file, kind, width, height }: Original,
  { mine, staged }: { mine: number; staged: string[] },
): Promise<SentItem> {
  const stage = async (what: File): Promise<string> => {
    const id = await stageCopy(what, channel, () => mine === trayEpoch());
    staged.push(id);
    return id;
  };
  try {
    const coverId = kind === 'video' && cover ? await stage(new File([cover], 'cover.jpg')) : undefined;
    const size = kind === 'file' ? { width: 0, height: 0 } : { width, height };
    const item = { attachmentId: await stage(file), insteadOf: copy ?? '', kind, ...size };
    return coverId === undefined ? item : { ...item, seconds, coverId };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    showToast({ tone: 'error', text: t('attach.unreadable') });
    throw new NotStored('an original could not be read');
  }
}

/** Images and videos of this message as they were picked, or scaled and without what cameras wrote into them. */
export function sendOriginals(channel: ChannelRef, original: boolean): void {
  const key = channelKey(channel);
  if (!trayOf(key).busy) setTray(key, { original });
}

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  loaded.clear();
  left.clear();
  dropTrays();
});
