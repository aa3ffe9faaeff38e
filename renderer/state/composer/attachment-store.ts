/**
 * What is about to be sent, per conversation: the images and files of its draft. What is picked is given to the core at
 * once, which keeps a copy until it is sent or removed; object URLs (thumbs) live as long as their place in the tray.
 */
import { create } from 'zustand';
import { type ChannelRef, channelKey, type DraftFileKind } from '../../../shared/domain.ts';
import type { Args, Value } from '../../../shared/ipc/contract/contract.ts';
import { MAX_ATTACHMENT_BYTES } from '../../../shared/ipc/contract/limits.ts';
import type { DraftAttachment } from '../../../shared/ipc/contract/media.ts';
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { t } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../bridge.ts';
import { errorText } from '../../text/error-text.ts';
import { pagePath } from '../media/media-store.ts';
import { useComposer } from './composer-store.ts';
import { useSession } from '../session/session-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { isImageType, MAX_ATTACHMENTS, type Problem, PROBLEMS, sortOut } from './attachments.ts';
import { discardCopy, Dropped, stageCopy, storeCopy, UnreadableFile } from './stored-copies.ts';

export interface Attachment {
  id: number;
  /** Of its copy in the core; null until that is begun. */
  copy: string | null;
  /** The copy is complete, and part of the draft. */
  stored: boolean;
  name: string;
  /** Bytes. */
  size: number;
  kind: DraftFileKind;
  /** Px; 0 for files, and for a video that is being read. */
  width: number;
  height: number;
  /** Of a video. */
  seconds: number;
  /**
   * Address of an image, or of the cover of a video: an object URL, or the core's for one that was picked before this
   * page.
   */
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
/** Copies that are being made, by the item's id; they reject with what went wrong, once that was said. */
const copying = new Map<number, Promise<void>>();
/** The copy before: one is made at a time. */
let lastCopy: Promise<unknown> = Promise.resolve();
/** Chats whose tray was asked for. */
const loaded = new Set<string>();
/** Grows with the account: what was begun for another one is dropped. */
let epoch = 0;

function setTray(key: string, tray: Tray): void {
  useTrays.setState(({ trays }) => {
    const { [key]: _before, ...others } = trays;
    return { trays: tray.items.length > 0 || tray.busy ? { ...others, [key]: tray } : others };
  });
}

function change(key: string, id: number, patch: Partial<Attachment>): void {
  const tray = trayOf(key);
  if (tray.items.some((item) => item.id === id))
    setTray(key, {
      ...tray,
      items: tray.items.map((item) => (item.id === id ? { ...item, ...patch } : item)),
    });
}

function release(items: readonly Attachment[]): void {
  for (const { preview } of items) if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
}

/** Takes items out of the tray; their copies stay as they are. */
function takeOut(key: string, ids: ReadonlySet<number>): void {
  const tray = trayOf(key);
  release(tray.items.filter((item) => ids.has(item.id)));
  setTray(key, { ...tray, items: tray.items.filter((item) => !ids.has(item.id)) });
}

/** `refused`: bytes of what the server refused. */
const WHY: Record<Problem, (n: number, refused: number) => string> = {
  folder: () => t('attach.folder'),
  empty: (n) => t('attach.empty', { n }),
  tooLarge: (n) => t('attach.tooLarge', { n, size: byteSize(MAX_ATTACHMENT_BYTES) }),
  overServer: (n, refused) => t('attach.overServer', { n, size: byteSize(refused) }),
  tooMany: () => t('attach.tooMany', { max: MAX_ATTACHMENTS }),
};

/** What is known of the way to the server; nothing when the core does not answer. */
export const uploadPace = (): Promise<Value<'attachments.pace'>> =>
  call('attachments.pace', undefined).catch(() => ({ bytesPerSecond: null, refusedBytes: null }));

/** Puts files into the tray of a conversation; what cannot be sent is said once. */
export async function attachFiles(channel: ChannelRef, files: readonly File[], folders = 0): Promise<void> {
  const key = channelKey(channel);
  const mine = epoch;
  if (files.length + folders > 0 && useComposer.getState().writings[key]?.editing) {
    showToast({ tone: 'error', text: t('composer.editNoFiles') });
    return;
  }
  const { refusedBytes } = await uploadPace();
  const { accepted, problems } = sortOut(files, trayOf(key).items.length, folders, refusedBytes);
  const said = PROBLEMS.flatMap((problem) => {
    const n = problems[problem];
    return n ? [WHY[problem](n, refusedBytes ?? 0)] : [];
  });
  if (said.length > 0) showToast({ tone: 'error', text: said.join(t('multi.and')) });
  const items = await Promise.all(accepted.map(attachmentOf));
  const now = trayOf(key);
  // Another account, or the tray filled up meanwhile.
  const room = mine === epoch ? Math.max(0, MAX_ATTACHMENTS - now.items.length) : 0;
  const late = items.slice(room);
  release(late.map(({ item }) => item));
  if (mine === epoch && late.length > 0) showToast({ tone: 'error', text: WHY.tooMany(late.length, 0) });
  const taken = items.slice(0, room);
  if (taken.length === 0) return;
  setTray(key, { ...now, items: [...now.items, ...taken.map(({ item }) => item)] });
  for (const { item, file } of taken) copyToCore(channel, item, file);
}

/** Gives the file to the core; what cannot be stored leaves the tray, and that is said. */
function copyToCore(channel: ChannelRef, { id, kind, width, height }: Attachment, file: File): void {
  const key = channelKey(channel);
  const mine = epoch;
  const wanted = (): boolean => mine === epoch && trayOf(key).items.some((item) => item.id === id);
  const copy = async (): Promise<void> => {
    try {
      const begun = (copied: string): void => change(key, id, { copy: copied });
      const about = kind === 'video' ? await readVideo(channel, id, file, wanted) : { kind, width, height };
      const lost = await storeCopy(file, { channel, ...about }, { wanted, begun });
      change(key, id, { stored: true });
      if (lost.length === 0 || mine !== epoch) return;
      showToast({ tone: 'error', text: t('attach.madeRoom') });
      for (const other of lost) void loadTray(other, true);
    } catch (error) {
      if (error instanceof Dropped) return;
      if (mine === epoch) {
        takeOut(key, new Set([id]));
        const why = error instanceof UnreadableFile ? t('attach.unreadable') : errorText(error);
        showToast({ tone: 'error', text: why });
      }
      throw new NotStored('an attachment could not be stored');
    } finally {
      copying.delete(id);
    }
  };
  const running = lastCopy.then(copy);
  copying.set(id, running);
  lastCopy = running.catch(() => undefined);
}

/** Looks into a video that was picked and stages its cover; what cannot be played is a file. @throws Dropped */
async function readVideo(
  channel: ChannelRef,
  id: number,
  file: File,
  wanted: () => boolean,
): Promise<Omit<Args<'attachments.keep'>, 'attachmentId' | 'channel'>> {
  const key = channelKey(channel);
  const { readFilm } = await import('./film-cover.ts');
  const film = await readFilm(file);
  if (!wanted()) throw new Dropped('nobody wants it any more');
  const size = { width: film?.width ?? 0, height: film?.height ?? 0 };
  if (!film) {
    change(key, id, { kind: 'file' });
    return { kind: 'file', ...size };
  }
  change(key, id, { ...size, seconds: film.seconds, preview: URL.createObjectURL(film.cover) });
  const coverId = await stageCopy(new File([film.cover], 'cover.jpg'), channel, wanted);
  return { kind: 'video', ...size, seconds: film.seconds, coverId };
}

/** Before the page goes: everything that was picked is with the core, or the answer is false. */
export async function allStored(): Promise<boolean> {
  const results = await Promise.allSettled(copying.values());
  return results.every(({ status }) => status === 'fulfilled');
}

/** Its tray is in another window from now on. */
export function forgetTray(channel: ChannelRef): void {
  const key = channelKey(channel);
  loaded.delete(key);
  release(trayOf(key).items);
  setTray(key, { items: [], busy: false });
}

/** What waits in the tray of a chat since before this page; `again`: it is another than it was. */
export async function loadTray(channel: ChannelRef, again = false): Promise<void> {
  const key = channelKey(channel);
  if (loaded.has(key) && !again) return;
  loaded.add(key);
  const mine = epoch;
  const waiting = await call('attachments.list', { channel }).catch(() => null);
  if (mine !== epoch) return;
  if (waiting === null) {
    loaded.delete(key);
    return;
  }
  const { busy, items } = trayOf(key);
  const there = new Set(waiting.map(({ id }) => id));
  const gone = items.filter((item) => again && item.stored && !there.has(item.copy ?? ''));
  release(gone);
  const known = new Set(items.map((item) => item.copy));
  const before = waiting.filter(({ id }) => !known.has(id)).map(itemOf);
  setTray(key, { busy, items: [...before, ...items.filter((item) => !gone.includes(item))] });
}

const itemOf = ({
  id: copy,
  name,
  size,
  kind,
  width,
  height,
  seconds = 0,
  url,
}: DraftAttachment): Attachment => ({
  id: nextId++,
  copy,
  stored: true,
  name,
  size,
  kind,
  width,
  height,
  seconds,
  preview: url === '' ? null : pagePath(url),
});

async function attachmentOf(file: File): Promise<{ item: Attachment; file: File }> {
  const { name, size } = file;
  const plain: Attachment = {
    id: nextId++,
    copy: null,
    stored: false,
    name,
    size,
    kind: 'file',
    width: 0,
    height: 0,
    seconds: 0,
    preview: null,
  };
  // Read while it is copied: it takes a while.
  if (file.type.startsWith('video/')) return { item: { ...plain, kind: 'video' }, file };
  if (!isImageType(file.type) || !(await isShowable(file))) return { item: plain, file };
  const preview = URL.createObjectURL(file);
  const image = new Image();
  image.src = preview;
  try {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    return { item: { ...plain, kind: 'image', width, height, preview }, file };
  } catch {
    // Not what its type says: sent as a file, which it is.
    URL.revokeObjectURL(preview);
    return { item: plain, file };
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
  const { busy, items } = trayOf(key);
  const item = items.find((each) => each.id === id);
  if (busy || !item) return;
  takeOut(key, new Set([id]));
  // Whoever makes its copy drops that by itself.
  if (item.copy !== null && !copying.has(id))
    void discardCopy(item.copy).catch((error: unknown) => {
      showToast({ tone: 'error', text: errorText(error) });
      void loadTray(channel, true);
    });
}

/** One of what was to be sent could not be stored, which was said; the others are still in the tray. */
export class NotStored extends Error {}

/**
 * Sends what is in the tray of a conversation and the words; takes it out once the core has stored the messages.
 * Throws, with what can still be sent in the tray, when something cannot be read or stored.
 */
export async function sendTray(
  channel: ChannelRef,
  words: Pick<Args<'messages.sendAttachments'>, 'text' | 'mention' | 'replyToMessageId'>,
): Promise<void> {
  const key = channelKey(channel);
  const { items, busy } = trayOf(key);
  if (busy || items.length === 0) return;
  const mine = epoch;
  const ids = new Set(items.map(({ id }) => id));
  setTray(key, { items, busy: true });
  try {
    await Promise.all([...ids].flatMap((id) => copying.get(id) ?? []));
    const sent = trayOf(key).items.filter(({ id }) => ids.has(id));
    await call('messages.sendAttachments', {
      channel,
      items: sent.map(({ copy, kind, width, height, seconds }) => ({
        attachmentId: copy ?? '',
        kind,
        width,
        height,
        ...(kind === 'video' && { seconds }),
      })),
      ...words,
    });
    if (mine === epoch) takeOut(key, ids);
  } finally {
    if (mine === epoch) setTray(key, { ...trayOf(key), busy: false });
  }
}

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  epoch += 1;
  loaded.clear();
  for (const { items } of Object.values(useTrays.getState().trays)) release(items);
  useTrays.setState({ trays: {} });
});
