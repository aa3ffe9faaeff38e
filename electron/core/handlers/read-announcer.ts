/**
 * Tells the server read positions as durable jobs, debounced per channel: scrolling through a conversation moves the
 * position many times, the server needs the last one.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { Store } from '../store/store-api.ts';

const READ_DEBOUNCE_MS = 400;

export interface ReadAnnouncer {
  announce: (channel: ChannelRef, messageSeq: number) => void;
  /** Writes the jobs of all waiting positions now (shutdown). */
  flush: () => void;
}

export function createReadAnnouncer(store: Store, kick: () => void): ReadAnnouncer {
  const waiting = new Map<string, { channel: ChannelRef; messageSeq: number; timer: NodeJS.Timeout }>();

  function write(key: string): void {
    const entry = waiting.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    waiting.delete(key);
    const { channel, messageSeq } = entry;
    store.addAction({ kind: 'markRead', channel, args: { messageSeq } });
    const ids = store.openReminders(channel, messageSeq);
    if (ids.length > 0) store.addAction({ kind: 'reminderDone', channel, args: { ids } });
  }

  return {
    announce(channel, messageSeq) {
      const key = channelKey(channel);
      const earlier = waiting.get(key);
      if (earlier) clearTimeout(earlier.timer);
      const timer = setTimeout(() => {
        write(key);
        kick();
      }, READ_DEBOUNCE_MS);
      waiting.set(key, { channel, messageSeq: Math.max(messageSeq, earlier?.messageSeq ?? 0), timer });
    },
    flush() {
      for (const key of waiting.keys()) write(key);
    },
  };
}
