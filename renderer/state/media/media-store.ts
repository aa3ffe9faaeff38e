/**
 * Addresses of loaded images and files, by message, for the conversations that are open. An address is a token that is
 * dead after a recall; here it goes in the same turn. Bytes never pass through.
 */
import { create } from 'zustand';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { call, codeOf } from '../bridge.ts';
import { useMessageStore } from '../messages/message-store.ts';
import { onMessageDelta } from '../session/session-store.ts';
import { mediaKey } from './transfer-store.ts';

export type MediaFailure = 'network' | 'missing' | 'refused' | 'cancelled';
export type LoadedMedia =
  | { state: 'loading' }
  /** `src` is for `<img>`: relative to the page, so that it is of the page's own origin. */
  | { state: 'ready'; src: string }
  | { state: 'failed'; reason: MediaFailure };

interface MediaStore {
  loaded: ReadonlyMap<string, LoadedMedia>;
  /** Messages of which a copy was saved in this session. */
  saved: ReadonlySet<string>;
}

export const useMediaStore = create<MediaStore>(() => ({ loaded: new Map(), saved: new Set() }));

export function useLoadedMedia(channel: ChannelRef, key: string): LoadedMedia | undefined {
  return useMediaStore((state) => state.loaded.get(mediaKey(channel, key)));
}

function put(id: string, value: LoadedMedia): void {
  useMediaStore.setState((state) => ({ loaded: new Map(state.loaded).set(id, value) }));
}

const isOpen = (channel: ChannelRef): boolean =>
  useMessageStore.getState().channels[channelKey(channel)] !== undefined;

/**
 * Loads it unless it is here or on its way; `again`: also when it is here (its address no longer works). Resolves to
 * whether it is here.
 */
export async function loadMedia(channel: ChannelRef, key: string, again = false): Promise<boolean> {
  const id = mediaKey(channel, key);
  const known = useMediaStore.getState().loaded.get(id);
  if (known?.state === 'loading') return false;
  if (known?.state === 'ready' && !again) return true;
  const mine: LoadedMedia = { state: 'loading' };
  put(id, mine);
  // The message may be recalled, or its chat left, before the answer: then nobody waits for it.
  const current = (): boolean => useMediaStore.getState().loaded.get(id) === mine;
  try {
    const { url } = await call('media.load', { channel, key });
    if (!current() || !isOpen(channel)) return false;
    put(id, { state: 'ready', src: pagePath(url) });
    return true;
  } catch (error) {
    if (current()) put(id, { state: 'failed', reason: failureOf(codeOf(error)) });
    return false;
  }
}

/** The image did not show although it was loaded. */
export function mediaBroken(channel: ChannelRef, key: string): void {
  put(mediaKey(channel, key), { state: 'failed', reason: 'refused' });
}

export function markSaved(channel: ChannelRef, key: string): void {
  useMediaStore.setState((state) => ({ saved: new Set(state.saved).add(mediaKey(channel, key)) }));
}

function failureOf(code: ReturnType<typeof codeOf>): MediaFailure {
  if (code === 'notFound') return 'missing';
  if (code === 'invalidState') return 'cancelled';
  return code === 'refused' ? 'refused' : 'network';
}

/** `app://wukong/media/x` -> `/media/x`; what is no address of the app (a data: URL) stays. */
const pagePath = (url: string): string =>
  url.startsWith('app://') ? url.replace(/^app:\/\/[^/]*/, '') : url;

function forget(keep: (id: string) => boolean): void {
  const { loaded, saved } = useMediaStore.getState();
  const goes = (id: string): boolean => !keep(id);
  if (![...loaded.keys()].some(goes) && ![...saved].some(goes)) return;
  useMediaStore.setState({
    loaded: new Map([...loaded].filter(([id]) => keep(id))),
    saved: new Set([...saved].filter(keep)),
  });
}

onMessageDelta((deltas) => {
  const gone = new Set<string>();
  for (const delta of deltas) {
    if (delta.kind !== 'messages') continue;
    const keys = delta.upserts.filter(({ content }) => content.kind === 'recalled').map(({ key }) => key);
    for (const key of [...keys, ...delta.removed]) gone.add(mediaKey(delta.channel, key));
  }
  if (gone.size > 0) forget((id) => !gone.has(id));
});

// What belongs to a chat goes with it (also all of them, with the account).
useMessageStore.subscribe((state, before) => {
  if (Object.keys(before.channels).every((key) => state.channels[key])) return;
  forget((id) => state.channels[id.slice(0, id.indexOf('\n'))] !== undefined);
});
