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

function failed(error: unknown): Film {
  const field = error instanceof CodedError ? error.field : undefined;
  if (codeOf(error) === 'refused' && field === 'host') return { state: 'foreign' };
  if (codeOf(error) === 'refused' && field === 'format') return { state: 'failed', reason: 'format' };
  return { state: 'failed', reason: failureOf(codeOf(error)) };
}

/** It cannot be played although it is of a kind that can: Chromium has no codec for it, or it is damaged. */
export function filmBroken(channel: ChannelRef, key: string): void {
  putFilm(mediaKey(channel, key), { state: 'failed', reason: 'format' });
}
