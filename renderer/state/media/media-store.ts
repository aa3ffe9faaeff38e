/**
 * Addresses of loaded images and files, by message, for the conversations that are open. An address is a token that is
 * dead after a recall; here it goes in the same turn. Bytes never pass through.
 */
import { create } from 'zustand';
import { isAmong } from '../../../shared/content/history-content.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { call, codeOf } from '../bridge.ts';
import { onEntriesGone, ownerOf } from '../messages/gone-messages.ts';
import { useMessageStore } from '../messages/message-store.ts';
import { onMessageDelta, onTransfers, useSession } from '../session/session-store.ts';
import { onOtherFile } from './edited-files.ts';
import { mediaKey } from './transfer-store.ts';

export type MediaFailure = 'network' | 'missing' | 'refused' | 'cancelled';
export type LoadedMedia =
  | { state: 'loading' }
  /**
   * `src` is for `<img>`: relative to the page, so that it is of the page's own origin. `onlySaved`: a file that no
   * program is started for. `loopMs`: it moves, and this is how long one run takes.
   */
  | { state: 'ready'; src: string; onlySaved: boolean; loopMs?: number }
  /** A sticker that is a drawing, which is read by whoever plays it. */
  | { state: 'drawn' }
  /** A picture at somebody else's host, which would learn who reads it: loaded on click. */
  | { state: 'foreign'; host: string }
  /** By the rules of this computer it waits for a click. */
  | { state: 'held' }
  /** A picture that is here and is not shown; px of it, if they are known. It can be saved. */
  | { state: 'hidden'; why: 'tooLarge' | 'unknown'; width: number; height: number }
  | { state: 'failed'; reason: MediaFailure };

export interface PictureSize {
  width: number;
  height: number;
}

export type FilmFailure = MediaFailure | 'format';
/** The film of a video message, beside its cover, which is `LoadedMedia`. */
export type Film =
  /** It is on this computer. */
  | { state: 'here' }
  /** It was not loaded by itself, and waits for a click. */
  | { state: 'held' }
  | { state: 'loading' }
  /** `src` is for `<video>`. */
  | { state: 'ready'; src: string }
  /** At somebody else's host: loaded when a person asks for it. */
  | { state: 'foreign' }
  | { state: 'failed'; reason: FilmFailure };

interface MediaStore {
  loaded: ReadonlyMap<string, LoadedMedia>;
  films: ReadonlyMap<string, Film>;
  /** Px of the pictures that were drawn, which may not be what their messages announce. */
  natural: ReadonlyMap<string, PictureSize>;
  /** Messages of which a copy was saved in this session. */
  saved: ReadonlySet<string>;
}

export const useMediaStore = create<MediaStore>(() => ({
  loaded: new Map(),
  films: new Map(),
  natural: new Map(),
  saved: new Set(),
}));

export function useLoadedMedia(channel: ChannelRef, key: string): LoadedMedia | undefined {
  return useMediaStore((state) => state.loaded.get(mediaKey(channel, key)));
}

export function useNaturalSize(channel: ChannelRef, key: string): PictureSize | undefined {
  return useMediaStore((state) => state.natural.get(mediaKey(channel, key)));
}

/** A picture was drawn. */
export function markDrawn(channel: ChannelRef, key: string, size: PictureSize): void {
  const id = mediaKey(channel, key);
  const before = useMediaStore.getState().natural.get(id);
  if (before?.width === size.width && before.height === size.height) return;
  useMediaStore.setState((state) => ({ natural: new Map(state.natural).set(id, size) }));
}

function put(id: string, value: LoadedMedia): void {
  useMediaStore.setState((state) => ({ loaded: new Map(state.loaded).set(id, value) }));
}

export function putFilm(id: string, film: Film): void {
  useMediaStore.setState((state) => ({ films: new Map(state.films).set(id, film) }));
}

/** Lists that show media of chats which are not open: what they hold (`mediaKey`) is kept. */
const holders = new Set<(id: string) => boolean>();

/** From now on what `holds` says is kept, whichever chat is open; ask `forgetUnheld` when that becomes less. */
export const holdMedia = (holds: (id: string) => boolean): void => void holders.add(holds);

export const isHeld = (id: string): boolean =>
  useMessageStore.getState().channels[id.slice(0, id.indexOf('\n'))] !== undefined ||
  [...holders].some((holds) => holds(id));

export const forgetUnheld = (): void => forget(isHeld);

const HERE: ReadonlySet<LoadedMedia['state']> = new Set(['ready', 'hidden', 'drawn']);

/**
 * Loads it unless it is here or on its way; `again`: also when it is here (its address no longer works); `asked`: a
 * person clicked, so that a picture at a foreign host is loaded too. Resolves to whether it is here.
 */
export async function loadMedia(
  channel: ChannelRef,
  key: string,
  { again = false, asked = false }: { again?: boolean; asked?: boolean } = {},
): Promise<boolean> {
  const id = mediaKey(channel, key);
  const known = useMediaStore.getState().loaded.get(id);
  if (known?.state === 'loading') return false;
  if (known !== undefined && HERE.has(known.state) && !again) return true;
  const mine: LoadedMedia = { state: 'loading' };
  put(id, mine);
  // The message may be recalled, or its chat left, before the answer: then nobody waits for it.
  const current = (): boolean => useMediaStore.getState().loaded.get(id) === mine;
  try {
    const {
      url,
      film,
      held,
      host,
      hidden,
      drawn,
      onlySaved = false,
      loopMs,
    } = await call('media.load', { channel, key, ...(asked ? { asked } : {}) });
    if (!current() || !isHeld(id)) return false;
    if (film && !useMediaStore.getState().films.has(id)) putFilm(id, { state: 'here' });
    if (host !== undefined) put(id, { state: 'foreign', host });
    else if (held) put(id, { state: 'held' });
    else if (drawn) put(id, { state: 'drawn' });
    else if (hidden) put(id, { state: 'hidden', ...hidden });
    else put(id, { state: 'ready', src: pagePath(url), onlySaved, ...(loopMs !== undefined && { loopMs }) });
    return host === undefined && !held;
  } catch (error) {
    if (current()) put(id, { state: 'failed', reason: failureOf(codeOf(error)) });
    return false;
  }
}

/** The image did not show although it was loaded: damaged, or of a kind that this program cannot decode. */
export function mediaBroken(channel: ChannelRef, key: string): void {
  put(mediaKey(channel, key), { state: 'hidden', why: 'unknown', width: 0, height: 0 });
}

export function markSaved(channel: ChannelRef, key: string): void {
  useMediaStore.setState((state) => ({ saved: new Set(state.saved).add(mediaKey(channel, key)) }));
}

export function failureOf(code: ReturnType<typeof codeOf>): MediaFailure {
  if (code === 'notFound') return 'missing';
  if (code === 'invalidState') return 'cancelled';
  return code === 'refused' ? 'refused' : 'network';
}

/** `app://wukong/media/x` -> `/media/x`; what is no address of the app (a data: URL) stays. */
export const pagePath = (url: string): string =>
  url.startsWith('app://') ? url.replace(/^app:\/\/[^/]*/, '') : url;

function forget(keep: (id: string) => boolean): void {
  const { films, loaded, natural, saved } = useMediaStore.getState();
  const goes = (id: string): boolean => !keep(id);
  if (![...loaded.keys(), ...films.keys(), ...natural.keys(), ...saved].some(goes)) return;
  useMediaStore.setState({
    loaded: new Map([...loaded].filter(([id]) => keep(id))),
    films: new Map([...films].filter(([id]) => keep(id))),
    natural: new Map([...natural].filter(([id]) => keep(id))),
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
  if (gone.size > 0) forget((id) => !gone.has(ownerOf(id)));
});
onEntriesGone(({ channel, keys }) => {
  const gone = new Set(keys.map((key) => mediaKey(channel, key)));
  forget((id) => !isAmong(gone, id));
});
// What shows it asks for the other one.
onOtherFile(({ channel, keys }) => {
  const gone = new Set(keys.map((key) => mediaKey(channel, key)));
  forget((id) => !gone.has(ownerOf(id)));
});

// The rest of a film that is watched while it comes does not come: its address is dead.
onTransfers((reports) => {
  const { films } = useMediaStore.getState();
  const ended = reports.flatMap(({ channel, direction, key, state }) =>
    direction === 'download' && (state === 'cancelled' || state === 'failed') ? [mediaKey(channel, key)] : [],
  );
  const dead = new Set(ended.filter((id) => films.get(id)?.state === 'ready'));
  if (dead.size > 0) useMediaStore.setState({ films: new Map([...films].filter(([id]) => !dead.has(id))) });
});

/** Nobody reads a merged forward any more: what was loaded of entries goes. */
export const forgetEntries = (): void => forget((id) => ownerOf(id) === id);

// What belongs to a chat goes with it (also all of them, with the account).
useMessageStore.subscribe((state, before) => {
  if (Object.keys(before.channels).every((key) => state.channels[key])) return;
  forgetUnheld();
});

// Other rules: what waited for a click is asked for anew by what shows it.
useSession.subscribe(({ shell }, before) => {
  const rules = shell?.settings;
  const old = before.shell?.settings;
  if (
    rules?.autoLoadImages === old?.autoLoadImages &&
    rules?.autoLoadVideos === old?.autoLoadVideos &&
    rules?.autoLoadFiles === old?.autoLoadFiles &&
    rules?.autoLoadMb === old?.autoLoadMb
  )
    return;
  const { films, loaded } = useMediaStore.getState();
  if (![...loaded.values(), ...films.values()].some(({ state }) => state === 'held')) return;
  useMediaStore.setState({
    films: new Map([...films].filter(([, { state }]) => state !== 'held')),
    loaded: new Map([...loaded].filter(([, { state }]) => state !== 'held')),
  });
});
