/**
 * Files that an earlier run of the app has begun: they go on where they are seen, whatever is loaded by itself
 * (docs/media.md). Asked for once a chat: what is broken off in this run is known as failed.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { useSession } from '../session/session-store.ts';
import { mediaKey } from './transfer-store.ts';

const useBegun = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));
/** Chats that were asked for; another one with each account. */
let asked = new Set<string>();

async function ask(channel: ChannelRef): Promise<void> {
  const mine = asked;
  const chat = channelKey(channel);
  if (mine.has(chat)) return;
  mine.add(chat);
  try {
    const keys = await call('media.begun', { channel });
    if (mine !== asked || keys.length === 0) return;
    useBegun.setState(({ ids }) => ({
      ids: new Set([...ids, ...keys.map((key) => mediaKey(channel, key))]),
    }));
  } catch {
    // Logged by `call`; the next one that is seen asks again.
    mine.delete(chat);
  }
}

/** Whether it goes on by itself. */
export function useIsBegun(channel: ChannelRef, key: string): boolean {
  useEffect(() => void ask(channel), [channel]);
  return useBegun(({ ids }) => ids.has(mediaKey(channel, key)));
}

useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  asked = new Set();
  useBegun.setState({ ids: new Set() });
});
