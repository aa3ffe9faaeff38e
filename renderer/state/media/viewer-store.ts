/** Which image or video is shown large: by key only, so that a recall takes it away at once (ui.md 5). */
import { ImageOff, Video } from 'lucide-react';
import { useMemo } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { entryOfKey, holderOf } from '../../../shared/content/history-content.ts';
import { pictureAt, picturesOf } from '../../../shared/content/rich-pictures.ts';
import { type ChannelRef, channelKey, type MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import type { FavouriteView } from '../../../shared/ipc/contract/bookmarks.ts';
import { Newest } from '../answers.ts';
import { call } from '../bridge.ts';
import { type FavouritesState, useFavourites } from '../messages/favourites-store.ts';
import { burns, leaveFlame } from '../messages/flames.ts';
import { ownerOf, watchGone } from '../messages/gone-messages.ts';
import { type HistoryReaderState, useHistoryReader } from '../messages/history-reader.ts';
import { isRecalled } from '../messages/is-recalled.ts';
import { useMessageStore } from '../messages/message-store.ts';
import type { MessageWindow } from '../messages/message-window.ts';
import { loadMoreShared, type SharedState, useShared } from '../messages/shared-store.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';
import { jumpTo, useUi } from '../window/ui-store.ts';
import { showToast } from '../../ui/toast.tsx';

export interface Viewing {
  channel: ChannelRef;
  key: string;
  /** Among the media of what it is stepped through: flow, shared content, favourites, an open merged forward. */
  among: 'flow' | 'shared' | 'favourites' | 'history';
  /** Said when it is gone, and nothing else is known of it. */
  isFilm: boolean;
  /** As of its message: where it stood, once it is gone. */
  order: number;
  /** Not one of several: it burns after reading, or stands in a text. */
  isAlone: boolean;
  /** It came in place of a film that was recalled: a film stands still until somebody asks for it. */
  isUnasked: boolean;
}

interface ViewerState {
  viewing: Viewing | null;
  /** False while the core is asked whether a film that is watched is still there: it stands still. */
  isSure: boolean;
  /** A film that was recalled while it was watched: that is said in its place until a medium beside it is shown. */
  gone: Viewing | null;
}

export const useViewer = create<ViewerState>(() => ({ viewing: null, isSure: true, gone: null }));

export function openViewer(
  message: Pick<MessageView, 'channel' | 'content' | 'flame' | 'key' | 'order'>,
  among: Viewing['among'] = 'flow',
  isUnasked = false,
): void {
  const { channel, content, flame, key, order } = message;
  const isAlone = flame !== null || (among === 'flow' && entryOfKey(key) !== null);
  useViewer.setState({
    viewing: { channel, key, among, isFilm: content.kind === 'video', order, isAlone, isUnasked },
    isSure: true,
    gone: null,
  });
}

/** The film that came by itself is to be played. */
export const askForFilm = (): void =>
  useViewer.setState(({ viewing }) => ({ viewing: viewing && { ...viewing, isUnasked: false } }));

/** The message that is viewed as it is now; undefined = it is not loaded (any more). */
export function useViewed(viewing: Viewing | null): MessageView | undefined {
  const flow = useMessageStore((state) =>
    viewing?.among === 'flow'
      ? state.channels[channelKey(viewing.channel)]?.window.byKey.get(ownerOf(viewing.key))
      : undefined,
  );
  const inFlow = useMemo(() => flow && shownOf(flow, viewing?.key ?? ''), [flow, viewing?.key]);
  const shared = useShared((state) =>
    viewing?.among === 'shared' ? state.items.find(({ key }) => key === viewing.key) : undefined,
  );
  const favourite = useFavourites((state) =>
    viewing?.among === 'favourites' ? favouritePicture(state, viewing)?.message : undefined,
  );
  const holder = viewing && holderOf(viewing.key);
  const entry = useHistoryReader((state) =>
    viewing?.among === 'history'
      ? state.level?.entries.find(({ key }) => key === viewing.key || key === holder)
      : undefined,
  );
  const inForward = useMemo(() => entry && shownOf(entry, viewing?.key ?? ''), [entry, viewing?.key]);
  return inFlow ?? shared ?? favourite ?? inForward ?? undefined;
}

/** The message, or the picture in its text that the key names; undefined = that is not there (any more). */
function shownOf(message: MessageView, key: string): MessageView | undefined {
  if (message.key === key) return message;
  const picture = pictureAt(message, entryOfKey(key)?.path.at(-1) ?? -1);
  return picture?.key === key ? picture : undefined;
}

const isOf = (item: FavouriteView, { channel, key }: Pick<Viewing, 'channel' | 'key'>): boolean =>
  item.message?.key === key && channelKey(item.channel) === channelKey(channel);
const favouritePicture = ({ items }: FavouritesState, viewing: Viewing): FavouriteView | undefined =>
  items.find((item) => isOf(item, viewing));
/** The one that was kept last stands at the end, as in the other two. */
const favouritePictures = ({ items }: FavouritesState): FavouriteView[] =>
  items.filter(({ message }) => isPicture(message ?? undefined)).toReversed();

function favouritePlaceOf(state: FavouritesState, viewing: Viewing): ViewerPlace {
  const pictures = favouritePictures(state);
  const at = pictures.findIndex((item) => isOf(item, viewing));
  return { at, count: pictures.length, hasPrevious: at > 0, hasNext: at < pictures.length - 1 };
}

const entryPictures = ({ level }: Pick<HistoryReaderState, 'level'>): MessageView[] =>
  level?.entries.flatMap((entry) => (isPicture(entry) ? [entry] : picturesOf(entry))) ?? [];

function placeIn(state: HistoryReaderState, viewed: string): ViewerPlace {
  const pictures = entryPictures(state);
  const at = pictures.findIndex(({ key }) => key === viewed);
  return { at, count: pictures.length, hasPrevious: at > 0, hasNext: at < pictures.length - 1 };
}

function stepEntries(by: 1 | -1): void {
  const { viewing } = useViewer.getState();
  if (!viewing) return;
  const pictures = entryPictures(useHistoryReader.getState());
  const next = pictures[pictures.findIndex(({ key }) => key === viewing.key) + by];
  if (next) openViewer({ ...next, channel: viewing.channel }, 'history');
}

function stepFavourites(by: 1 | -1): void {
  const { viewing } = useViewer.getState();
  if (!viewing) return;
  const pictures = favouritePictures(useFavourites.getState());
  const next = pictures[pictures.findIndex((item) => isOf(item, viewing)) + by];
  if (next?.message) openViewer({ ...next.message, channel: next.channel }, 'favourites');
}

export interface ViewerPlace {
  /** Counts from 0. */
  at: number;
  count: number;
  hasPrevious: boolean;
  hasNext: boolean;
}

export function useViewerPlace(viewing: Viewing): ViewerPlace {
  const { channel, key, among } = viewing;
  const flow = useMessageStore(
    useShallow((state) => placeOf(state.channels[channelKey(channel)]?.window, key)),
  );
  const shared = useShared(useShallow((state) => sharedPlaceOf(state, key)));
  const favourites = useFavourites(useShallow((state) => favouritePlaceOf(state, viewing)));
  const history = useHistoryReader(useShallow((state) => placeIn(state, key)));
  return { flow, shared, favourites, history }[among];
}

const sharedPictures = ({ items }: SharedState): string[] =>
  items
    .filter(isPicture)
    .map((item) => item.key)
    .toReversed();

/** As `placeOf`, in the order of the chat: the oldest is first. */
function sharedPlaceOf(state: SharedState, key: string): ViewerPlace {
  const keys = sharedPictures(state);
  const at = keys.indexOf(key);
  return {
    at,
    count: keys.length,
    hasPrevious: at > 0 || state.before !== null,
    hasNext: at < keys.length - 1,
  };
}

async function stepShared(by: 1 | -1): Promise<void> {
  for (let page = 0; page <= MAX_PAGES; page += 1) {
    const { viewing } = useViewer.getState();
    if (!viewing) return;
    const state = useShared.getState();
    const keys = sharedPictures(state);
    const next = keys[keys.indexOf(viewing.key) + by];
    if (next !== undefined) {
      const message = state.items.find(({ key }) => key === next);
      if (message) openViewer(message, 'shared');
      return;
    }
    if (by > 0 || state.before === null) return;
    await loadMoreShared();
  }
}

export function closeViewer(): void {
  const { gone, viewing } = useViewer.getState();
  if (!viewing && !gone) return;
  useViewer.setState({ viewing: null, isSure: true, gone: null });
  if (!viewing) return;
  // What lasts as long as it is looked at ends with that.
  const loaded = useMessageStore.getState().channels[channelKey(viewing.channel)]?.window;
  if (loaded?.byKey.get(ownerOf(viewing.key))?.flame?.seconds === 0)
    leaveFlame({ ...viewing, key: ownerOf(viewing.key) });
}

/** Can be stepped to; what burns after reading stands alone. */
const isPicture = (message: MessageView | undefined): boolean =>
  (message?.content.kind === 'image' || message?.content.kind === 'video') && !burns(message);

function imageKeys(loaded: MessageWindow | undefined): string[] {
  return loaded?.keys.filter((key) => isPicture(loaded.byKey.get(key))) ?? [];
}

const standsAlone = (loaded: MessageWindow | undefined, key: string): boolean => {
  if (entryOfKey(key)) return true;
  const message = loaded?.byKey.get(key);
  return message !== undefined && burns(message);
};

/** Where an image stands among the loaded ones of its conversation, in the order of the flow. */
function placeOf(loaded: MessageWindow | undefined, key: string): ViewerPlace {
  if (standsAlone(loaded, key)) return { at: 0, count: 1, hasPrevious: false, hasNext: false };
  const keys = imageKeys(loaded);
  const at = keys.indexOf(key);
  const hasPrevious = at > 0 || (loaded?.hasOlder ?? false);
  const hasNext = at < keys.length - 1 || (loaded?.hasNewer ?? false);
  return { at, count: keys.length, hasPrevious, hasNext };
}

/** Pages of history that are looked through for the next image before giving up. */
const MAX_PAGES = 5;

/** Shows the neighbour; loads history on both ends of what is loaded. */
export async function stepViewer(by: 1 | -1): Promise<void> {
  const among = useViewer.getState().viewing?.among;
  if (among === 'shared') return stepShared(by);
  if (among === 'favourites') return stepFavourites(by);
  if (among === 'history') return stepEntries(by);
  for (let page = 0; page <= MAX_PAGES; page += 1) {
    const { viewing } = useViewer.getState();
    if (!viewing) return;
    const store = useMessageStore.getState();
    const loaded = store.channels[channelKey(viewing.channel)]?.window;
    if (standsAlone(loaded, viewing.key)) return;
    const keys = imageKeys(loaded);
    const next = keys[keys.indexOf(viewing.key) + by];
    if (next !== undefined) {
      const message = loaded?.byKey.get(next);
      if (message) openViewer(message);
      return;
    }
    if (!(by < 0 ? loaded?.hasOlder : loaded?.hasNewer)) return;
    await (by < 0 ? store.loadOlder(viewing.channel) : store.loadNewer(viewing.channel));
  }
}

/** What it was one of, as it is now, in the order of its chat. */
function rowsOf({ among, channel }: Viewing): MessageView[] {
  if (among === 'shared') return useShared.getState().items.toReversed();
  if (among === 'history')
    return (useHistoryReader.getState().level?.entries ?? []).flatMap((entry) => [
      entry,
      ...picturesOf(entry),
    ]);
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
  return loaded?.keys.flatMap((key) => loaded.byKey.get(key) ?? []) ?? [];
}

/** The medium beside one that is gone, on one side, among what is loaded. */
function besideOf(gone: Viewing, by: 1 | -1): MessageView | undefined {
  const rows = rowsOf(gone);
  const at = rows.findIndex(({ key }) => key === gone.key);
  // It may have left its list.
  const isBeyond = (row: MessageView, index: number): boolean =>
    (at < 0 ? row.order - gone.order : index - at) * by > 0;
  const isIt = (row: MessageView, index: number): boolean => isBeyond(row, index) && isPicture(row);
  return by > 0 ? rows.find(isIt) : rows.findLast(isIt);
}

/** There may be more on that side. */
function hasBeyond({ among, channel }: Viewing, by: 1 | -1): boolean {
  if (among === 'shared') return by < 0 && useShared.getState().before !== null;
  if (among !== 'flow') return false;
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
  return (by < 0 ? loaded?.hasOlder : loaded?.hasNewer) ?? false;
}

/** As `besideOf`, in history that has to be loaded too. */
async function findBeside(gone: Viewing, by: 1 | -1): Promise<MessageView | undefined> {
  const store = useMessageStore.getState();
  for (let page = 0; page <= MAX_PAGES; page += 1) {
    const near = besideOf(gone, by);
    if (near || useViewer.getState().gone !== gone || !hasBeyond(gone, by)) return near;
    if (gone.among === 'shared') await loadMoreShared();
    else await (by < 0 ? store.loadOlder(gone.channel) : store.loadNewer(gone.channel));
  }
  return undefined;
}

/** From a film that is gone to the medium beside it: on this side, else on the other; closes where there is none. */
export async function leaveGone(by: 1 | -1): Promise<void> {
  const { gone } = useViewer.getState();
  if (!gone) return;
  const near = (await findBeside(gone, by)) ?? (await findBeside(gone, by === 1 ? -1 : 1));
  if (useViewer.getState().gone !== gone) return;
  if (near) openViewer({ ...near, channel: gone.channel }, gone.among, true);
  else closeGone();
}

export function closeGone(): void {
  const { gone } = useViewer.getState();
  closeViewer();
  if (gone) toLine(gone);
}

/** To the line that took its place, wherever the flow stands. (Of an entry it is in the reader, which stays.) */
function toLine({ channel, key }: Viewing): void {
  const loaded = useMessageStore.getState().channels[channelKey(channel)]?.window;
  const message = loaded?.byKey.get(ownerOf(key));
  if (message && isRecalled(message) && message.messageSeq > 0) jumpTo(channel, message.messageSeq);
}

/** Favourites are of many chats: there is no next of the chat among them. */
const mayGoOn = (gone: Viewing): boolean =>
  gone.isFilm &&
  !gone.isAlone &&
  gone.among !== 'favourites' &&
  ([1, -1] as const).some((by) => besideOf(gone, by) !== undefined || hasBeyond(gone, by));

watchGone(
  () => {
    const { viewing } = useViewer.getState();
    return viewing && { channel: viewing.channel, keys: [viewing.key] };
  },
  ({ recalled }) => {
    const { viewing } = useViewer.getState();
    closeViewer();
    if (!viewing || recalled.length === 0) return;
    if (viewing.isFilm) showToast({ text: t('video.gone'), icon: Video });
    else showToast({ text: t('viewer.gone'), icon: ImageOff });
    if (mayGoOn(viewing)) useViewer.setState({ gone: viewing });
    else toLine(viewing);
  },
);

useUi.subscribe((state, before) => {
  if (state.activeChannel !== before.activeChannel || state.route !== before.route) closeViewer();
});
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) closeViewer();
  // (What sounds behind the lock would be heard.)
  else if (state.phase === 'locking' && before.phase !== 'locking') closeViewer();
});

const reassured = new Newest();
// Too many changes to be told one by one: a film stands still until the core says that it is still there.
onMessageDelta((deltas) => {
  const { viewing } = useViewer.getState();
  if (!viewing?.isFilm || viewing.isUnasked) return;
  const { channel, key } = viewing;
  const isReloaded = deltas.some(
    (delta) => delta.kind === 'reload' && channelKey(delta.channel) === channelKey(channel),
  );
  if (!isReloaded) return;
  useViewer.setState({ isSure: false });
  // (More may have changed since this is asked.)
  const isNewest = reassured.ask();
  const isOf = (): boolean => isNewest() && useViewer.getState().viewing === viewing;
  void call('video.load', { channel, key })
    .then(() => isOf() && useViewer.setState({ isSure: true }))
    .catch(() => {
      if (isOf()) closeViewer();
    });
});
