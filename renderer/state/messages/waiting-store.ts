/**
 * Own messages of a chat that have not left yet, or were refused: wherever its flow stands. A message leaves this with
 * its acknowledgement, its recall and its removal, in the update that tells of it.
 */
import { create } from 'zustand';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { onMessageDelta, useSession } from '../session/session-store.ts';

/** In the order in which they were composed. */
export type Waiting = ReadonlyMap<string, MessageView>;
const NONE: Waiting = new Map();

/** Of the chats that were asked for. */
const useWaiting = create<{ chats: ReadonlyMap<string, Waiting> }>(() => ({ chats: new Map() }));

const waits = ({ own, send, content }: MessageView): boolean =>
  own && send.state !== 'sent' && content.kind !== 'recalled';

function put(key: string, waiting: Waiting): void {
  useWaiting.setState(({ chats }) => ({ chats: new Map(chats).set(key, waiting) }));
}

export function useWaitingMessages(channel: ChannelRef): Waiting {
  return useWaiting((state) => state.chats.get(channelKey(channel))) ?? NONE;
}

/** Asks what waits in a chat; deltas tell what becomes of it. */
export async function watchWaiting(channel: ChannelRef): Promise<void> {
  const key = channelKey(channel);
  const me = useSession.getState().me?.uid;
  if (!useWaiting.getState().chats.has(key)) put(key, NONE);
  const messages = await call('messages.waiting', { channel }).catch(() => null);
  if (messages === null || useSession.getState().me?.uid !== me || !useWaiting.getState().chats.has(key))
    return;
  put(key, new Map(messages.filter(waits).map((message) => [message.key, message])));
}

/** The chat is left: nothing of its messages stays here. */
export function unwatchWaiting(channel: ChannelRef): void {
  useWaiting.setState(({ chats }) => {
    const left = new Map(chats);
    left.delete(channelKey(channel));
    return { chats: left };
  });
}

onMessageDelta((deltas) => {
  for (const delta of deltas) {
    const key = channelKey(delta.channel);
    const before = useWaiting.getState().chats.get(key);
    if (!before) continue;
    if (delta.kind === 'reload') {
      void watchWaiting(delta.channel);
      continue;
    }
    const changed = delta.upserts.filter((message) => waits(message) || before.has(message.key));
    if (changed.length === 0 && !delta.removed.some((gone) => before.has(gone))) continue;
    const after = new Map(before);
    for (const gone of delta.removed) after.delete(gone);
    for (const message of changed)
      if (waits(message)) after.set(message.key, message);
      else after.delete(message.key);
    put(key, new Map([...after].sort(([, a], [, b]) => a.order - b.order)));
  }
});

useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) useWaiting.setState({ chats: new Map() });
});
