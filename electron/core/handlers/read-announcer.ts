/**
 * Tells the server read positions as durable jobs, debounced per channel: scrolling through a conversation moves the
 * position many times, the server needs the last one. Authors who asked for a read receipt get it in the same way.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Store } from '../store/store-api.ts';

const READ_DEBOUNCE_MS = 400;
const READ_ONLY_RETRY_MS = 5_000;
/** Receipts of one step; whoever jumps over more has hardly read them all. */
const MAX_RECEIPTS = 1_000;
/** Message ids in one request. */
const RECEIPTS_PER_REQUEST = 100;

const isReadOnly = (error: unknown): boolean => error instanceof CodedError && error.code === 'readOnly';

export interface ReadAnnouncer {
  /** `readBefore`: the read position until now; what lies between the two was read just now. */
  announce: (channel: ChannelRef, messageSeq: number, readBefore: number) => void;
  /** Writes the jobs of all waiting positions now (shutdown). */
  flush: () => void;
}

export function createReadAnnouncer(store: Store, kick: () => void): ReadAnnouncer {
  interface Waiting {
    channel: ChannelRef;
    messageSeq: number;
    readBefore: number;
    timer: NodeJS.Timeout;
  }
  const waiting = new Map<string, Waiting>();

  function write(key: string): void {
    const entry = waiting.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    const { channel, messageSeq, readBefore } = entry;
    store.addAction({ kind: 'markRead', channel, args: { messageSeq } });
    const ids = store.openReminders(channel, messageSeq);
    if (ids.length > 0) store.addAction({ kind: 'reminderDone', channel, args: { ids } });
    const wanted = store.receiptsWanted(channel, readBefore, messageSeq, MAX_RECEIPTS);
    for (let i = 0; i < wanted.length; i += RECEIPTS_PER_REQUEST) {
      const messageIds = wanted.slice(i, i + RECEIPTS_PER_REQUEST);
      store.addAction({ kind: 'reportRead', channel, args: { messageIds } });
    }
    waiting.delete(key);
  }

  function due(key: string): void {
    try {
      write(key);
    } catch (error) {
      const entry = waiting.get(key);
      if (!entry || !isReadOnly(error)) throw error;
      // The disk is full: what was read is announced when it takes writes again.
      entry.timer = setTimeout(() => due(key), READ_ONLY_RETRY_MS);
      return;
    }
    kick();
  }

  return {
    announce(channel, messageSeq, readBefore) {
      const key = channelKey(channel);
      const earlier = waiting.get(key);
      if (earlier) clearTimeout(earlier.timer);
      const timer = setTimeout(() => due(key), READ_DEBOUNCE_MS);
      waiting.set(key, {
        channel,
        messageSeq: Math.max(messageSeq, earlier?.messageSeq ?? 0),
        readBefore: Math.min(readBefore, earlier?.readBefore ?? readBefore),
        timer,
      });
    },
    flush() {
      try {
        for (const key of waiting.keys()) write(key);
      } catch (error) {
        // On a full disk they are lost, and only they: the rest has to be closed.
        if (!isReadOnly(error)) throw error;
      }
    },
  };
}
