/**
 * The favourites as they are shown. What goes, or says something else, does so in the update that tells of it: the core
 * sends what the messages of all favourites say now, whichever chats are open.
 */
import { create } from 'zustand';
import { channelKey } from '../../../shared/domain.ts';
import {
  type FavouriteType,
  type FavouriteView,
  MAX_FAVOURITE_PAGE,
} from '../../../shared/ipc/contract/bookmarks.ts';
import { call } from '../bridge.ts';
import { forgetUnheld, holdMedia } from '../media/media-store.ts';
import { mediaKey } from '../media/transfer-store.ts';
import { type BookmarkDelta, onBookmarks, onMessageDelta, useSession } from '../session/session-store.ts';

const PAGE = 60;
const REFRESH_MS = 250;

export interface FavouritesState {
  /** Somebody looks at them. */
  open: boolean;
  text: string;
  type: FavouriteType | null;
  /** Newest first. */
  items: FavouriteView[];
  before: number | null;
  total: number;
  status: 'loading' | 'done' | 'failed';
  /** Favourites whose message the server has no more. */
  missing: ReadonlySet<number>;
}

const closed: FavouritesState = {
  open: false,
  text: '',
  type: null,
  items: [],
  before: null,
  total: 0,
  status: 'loading',
  missing: new Set(),
};
export const useFavourites = create<FavouritesState>(() => closed);
const set = useFavourites.setState;

/** As it is now: for handlers, which must not keep one. */
export const favouriteById = (id: number | undefined): FavouriteView | undefined =>
  useFavourites.getState().items.find((item) => item.id === id);

let latest = 0;
let refreshing: ReturnType<typeof setTimeout> | undefined;

holdMedia((id) => {
  const { items } = useFavourites.getState();
  return items.some(({ channel, message }) => message && mediaKey(channel, message.key) === id);
});

export async function openFavourites(text: string, type: FavouriteType | null): Promise<void> {
  set({ ...closed, open: true, text, type, total: useFavourites.getState().total });
  forgetUnheld();
  await loadFavourites();
}

export function closeFavourites(): void {
  latest += 1;
  clearTimeout(refreshing);
  set(closed);
  forgetUnheld();
}

const ask = (before: number | null, limit: number) => {
  const { text, type } = useFavourites.getState();
  return call('favourites.page', { text, type, before, limit });
};

/** The first page (again), and no less than what was loaded. */
export async function loadFavourites(): Promise<void> {
  latest += 1;
  const mine = latest;
  const { items } = useFavourites.getState();
  try {
    const page = await ask(null, Math.min(MAX_FAVOURITE_PAGE, Math.max(PAGE, items.length)));
    if (mine !== latest) return;
    set((state) => {
      const end = page.items.at(-1);
      const beyond = page.before === null || !end ? [] : state.items.filter(({ id }) => id < end.id);
      return {
        items: [...page.items, ...beyond],
        before: beyond.length > 0 ? state.before : page.before,
        total: page.total,
        status: 'done',
      };
    });
  } catch {
    if (mine === latest) set({ status: 'failed' });
  }
}

export async function loadMoreFavourites(): Promise<void> {
  const { before, status } = useFavourites.getState();
  if (before === null || status !== 'done') return;
  latest += 1;
  const mine = latest;
  set({ status: 'loading' });
  try {
    const page = await ask(before, PAGE);
    if (mine !== latest) return;
    set((state) => ({
      items: [...state.items, ...page.items],
      before: page.before,
      total: page.total,
      status: 'done',
    }));
  } catch {
    if (mine === latest) set({ status: 'failed' });
  }
}

/** Has the message of a favourite loaded that is not here. Rejects when the server cannot be asked. */
export async function fetchFavourite(id: number): Promise<void> {
  const found = await call('favourites.fetch', { id });
  set((state) =>
    found?.message
      ? { items: state.items.map((item) => (item.id === id ? found : item)) }
      : { missing: new Set([...state.missing, id]) },
  );
}

function refreshSoon(): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => void loadFavourites(), REFRESH_MS);
}

/** What is left of the items, and what they say now. Pure. */
export function favouritesAfter(
  items: readonly FavouriteView[],
  { removed, changed }: Pick<BookmarkDelta, 'removed' | 'changed'>,
): FavouriteView[] {
  const gone = new Set(removed);
  const now = new Map(changed.map(({ id, message }) => [id, message]));
  return items.flatMap((item) => {
    if (gone.has(item.id)) return [];
    const message = now.get(item.id);
    // Being recalled, or gone: one that comes back is read again.
    if (message === undefined) return [item];
    return message === null ? [] : [{ ...item, message }];
  });
}

onBookmarks((delta) => {
  if (!useFavourites.getState().open) return;
  set((state) => ({ items: favouritesAfter(state.items, delta) }));
  forgetUnheld();
  refreshSoon();
});

// A chat with too many changes to be told one by one, or without its cache.
onMessageDelta((deltas) => {
  const { items, open } = useFavourites.getState();
  if (!open) return;
  const reloaded = new Set(
    deltas.flatMap((delta) => (delta.kind === 'reload' ? [channelKey(delta.channel)] : [])),
  );
  if (items.some(({ channel }) => reloaded.has(channelKey(channel)))) refreshSoon();
});

useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) closeFavourites();
});
