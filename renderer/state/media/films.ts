/** Loading the films of video messages. An address dies with its message; here it goes in the same turn. */
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { call, codeOf } from '../bridge.ts';
import { failureOf, type Film, isHeld, pagePath, putFilm, useMediaStore } from './media-store.ts';
import { mediaKey } from './transfer-store.ts';

export function useFilm(channel: ChannelRef, key: string): Film | undefined {
  return useMediaStore((state) => state.films.get(mediaKey(channel, key)));
}

/** Loads it unless it is on its way, or can be played already. `asked`: wherever it is. */
export async function loadFilm(channel: ChannelRef, key: string, asked: boolean): Promise<void> {
  const id = mediaKey(channel, key);
  const known = useMediaStore.getState().films.get(id)?.state;
  if (known === 'loading' || known === 'ready') return;
  const mine: Film = { state: 'loading' };
  putFilm(id, mine);
  // Recalled, or its chat left, before the answer: then nobody waits for it.
  const current = (): boolean => useMediaStore.getState().films.get(id) === mine && isHeld(id);
  try {
    const { url } = await call('video.load', { channel, key, ...(asked ? { asked } : {}) });
    if (current()) putFilm(id, { state: 'ready', src: pagePath(url) });
  } catch (error) {
    if (current()) putFilm(id, failed(error));
  }
}

/** It was seen, and the rules load such a film: nobody waits for it, so nobody is told why it did not come. */
export async function loadSeenFilm(channel: ChannelRef, key: string): Promise<void> {
  const id = mediaKey(channel, key);
  if (useMediaStore.getState().films.has(id)) return;
  const mine: Film = { state: 'loading' };
  putFilm(id, mine);
  const held = await call('video.load', { channel, key, byItself: true }).then(
    (answer) => answer.held === true,
    () => true,
  );
  if (useMediaStore.getState().films.get(id) === mine && isHeld(id))
    putFilm(id, { state: held ? 'held' : 'here' });
}

function failed(error: unknown): Film {
  const field = error instanceof CodedError ? error.field : undefined;
  if (codeOf(error) === 'refused' && field === 'host') return { state: 'foreign' };
  if (codeOf(error) === 'refused' && field === 'format') return { state: 'failed', reason: 'format' };
  return { state: 'failed', reason: failureOf(codeOf(error)) };
}

/**
 * What was read from `src` cannot be read on. Its file may have gone, and is loaded again: the cache was too full, or
 * another message of the same merged forward was recalled. Where it lies as before Chromium has no codec for it, or it
 * is damaged.
 */
export async function filmStopped(channel: ChannelRef, key: string, src: string): Promise<void> {
  const id = mediaKey(channel, key);
  const known = useMediaStore.getState().films.get(id);
  if (known?.state !== 'ready' || known.src !== src) return;
  const mine: Film = { state: 'loading' };
  putFilm(id, mine);
  const current = (): boolean => useMediaStore.getState().films.get(id) === mine && isHeld(id);
  try {
    const { url } = await call('video.load', { channel, key });
    const now = pagePath(url);
    if (current())
      putFilm(id, now === src ? { state: 'failed', reason: 'format' } : { state: 'ready', src: now });
  } catch (error) {
    if (current()) putFilm(id, failed(error));
  }
}
