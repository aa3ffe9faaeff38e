/** The picture of a message (of a video: its cover) where somebody sees it. */
import { useEffect, useRef } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { pageFling } from './fling.ts';
import { type LoadedMedia, loadMedia, mediaBroken, useLoadedMedia } from './media-store.ts';

/**
 * Loads it when it is first seen, not while its list is flung past it. `broken`: it did not show; once it is asked for
 * again, as its address may have ended, then it is one that cannot be shown. `wanted`: the message has one.
 */
export function useSeenPicture(
  channel: ChannelRef,
  key: string,
  wanted = true,
): { media: LoadedMedia | undefined; broken: () => void } {
  const media = useLoadedMedia(channel, key);
  const missing = wanted && media === undefined;
  useEffect(
    () => (missing ? pageFling().whenOver(() => void loadMedia(channel, key)) : undefined),
    [channel, key, missing],
  );
  const tried = useRef('');
  const broken = (): void => {
    if (tried.current === key) mediaBroken(channel, key);
    else void loadMedia(channel, key, { again: true });
    tried.current = key;
  };
  return { media, broken };
}
