import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { loadedMessage, useMessageStore } from '../messages/message-store.ts';

/**
 * Recalls a loaded message. Not written to the socket yet: it is dropped. In flight: the core recalls it as soon as it
 * is acknowledged.
 */
export function recallMessage(channel: ChannelRef, key: string): void {
  const queued = loadedMessage(channelKey(channel), key)?.send.state === 'queued';
  if (queued) void attempt(() => call('messages.discard', { channel, key }));
  else
    useMessageStore
      .getState()
      .recallAsked(channel, key, () => attempt(() => call('messages.recall', { channel, key })));
}
