/**
 * Where chats were left that were not read to their end: the next opening begins there. The core keeps them for the
 * next start; what was left since this one is known here first.
 */
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import type { ReadingPlace } from '../../../shared/reading-place.ts';
import { call } from '../bridge.ts';
import { useSession } from '../session/session-store.ts';

const left = new Map<string, ReadingPlace | null>();

/** null = the chat was read to its end. */
export function leavePlace(channel: ChannelRef, place: ReadingPlace | null): void {
  const key = channelKey(channel);
  const before = placeIn(channel);
  left.set(key, place);
  if (before?.messageSeq === place?.messageSeq && before?.offset === place?.offset) return;
  call('conversations.setPlace', { channel, place }).catch(() => {
    // Logged by `call`; this session knows it.
  });
}

export function placeIn(channel: ChannelRef): ReadingPlace | null {
  const key = channelKey(channel);
  const known = left.get(key);
  return known === undefined ? (useSession.getState().conversations.get(key)?.place ?? null) : known;
}

useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) left.clear();
});
