/**
 * Which messages are favourites, and of which somebody is to be reminded: references only. That reminders went with
 * their messages is said once, by whichever window hears of it first.
 */
import { BellOff } from 'lucide-react';
import { create } from 'zustand';
import { type BookmarkRef, MAX_FAVOURITES, MAX_REMINDERS } from '../../../shared/ipc/contract/bookmarks.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { errorText } from '../../text/error-text.ts';
import { onBookmarks, useSession } from '../session/session-store.ts';

interface BookmarkStore {
  /** By id. */
  refs: ReadonlyMap<number, BookmarkRef>;
}

export const useBookmarks = create<BookmarkStore>(() => ({ refs: new Map() }));
let latest = 0;

async function load(): Promise<void> {
  latest += 1;
  const mine = latest;
  const refs = await call('bookmarks.refs', undefined).catch(() => null);
  if (mine !== latest || !refs) return;
  useBookmarks.setState({ refs: new Map(refs.map((ref) => [ref.id, ref])) });
  const gone = refs.filter(({ kind }) => kind === 'gone');
  if (gone.length === 0) return;
  showToast({ text: t('remind.gone'), icon: BellOff });
  await call('bookmarks.toldGone', undefined).catch(() => {
    // Logged by `call`; said again at the next start.
  });
}

onBookmarks(({ added, removed }) => {
  const { refs } = useBookmarks.getState();
  if (removed.some((id) => refs.has(id))) {
    const left = new Map(refs);
    for (const id of removed) left.delete(id);
    useBookmarks.setState({ refs: left });
  }
  if (added) void load();
});

useSession.subscribe((state, before) => {
  if (state.phase === before.phase && state.me?.uid === before.me?.uid) return;
  latest += 1;
  useBookmarks.setState({ refs: new Map() });
  if (state.phase === 'ready') void load();
});

/** The bookmark of a kind of a message; undefined = it has none. */
export function useBookmarkOf(
  kind: 'favourite' | 'reminder',
  messageId: string | null,
): BookmarkRef | undefined {
  return useBookmarks((state) =>
    messageId === null
      ? undefined
      : [...state.refs.values()].find((ref) => ref.kind === kind && ref.messageId === messageId),
  );
}

/** Only what is said, and was sent: what burns after reading and lines of the server are not kept. */
export const canBeKept = ({ content, flame, messageId }: MessageView): boolean =>
  messageId !== null &&
  flame === null &&
  (content.kind === 'text' ||
    content.kind === 'image' ||
    content.kind === 'file' ||
    content.kind === 'voice' ||
    content.kind === 'history' ||
    content.kind === 'video' ||
    content.kind === 'named');

export function addFavourite(channel: ChannelRef, key: string): void {
  void keep(
    () => call('favourites.add', { channel, key }),
    () => t('fav.many', { n: MAX_FAVOURITES }),
  ).then((done) => done && showToast({ text: t('fav.added'), tone: 'success' }));
}

export async function removeFavourite(
  id: number,
  restore?: { channel: ChannelRef; key: string },
): Promise<void> {
  if (!(await attempt(() => call('favourites.remove', { id })))) return;
  showToast({
    text: t('fav.removed'),
    ...(restore
      ? { action: { label: t('fav.undo'), onSelect: () => addFavourite(restore.channel, restore.key) } }
      : {}),
  });
}

/** `at`: Unix seconds. Resolves to whether it is set. */
export function setReminder(channel: ChannelRef, key: string, at: number): Promise<boolean> {
  return keep(
    () => call('reminders.set', { channel, key, at }),
    () => t('remind.many', { n: MAX_REMINDERS }),
  );
}

export async function removeReminder(id: number): Promise<void> {
  if (await attempt(() => call('reminders.remove', { id }))) showToast({ text: t('remind.cancelled') });
}

async function keep(action: () => Promise<unknown>, many: () => string): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    const coded = error instanceof CodedError ? error : null;
    // Recalled meanwhile: there is nothing to complain about.
    if (coded?.code === 'invalidState') return false;
    const refused = coded?.code === 'refused' || coded?.code === 'notFound';
    const text = coded?.field === 'many' ? many() : refused ? t('fav.refused') : errorText(error);
    showToast({ tone: 'error', text });
    return false;
  }
}
