/**
 * History after an absence: which channels have messages above what was known when the connection came up, and reading
 * them, open channels first. What was known is remembered from before anything of the new connection was stored: an own
 * message that is acknowledged first would hide what was said before it.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { ServerConversation } from '../store/server-records.ts';
import type { HistorySync } from './history-sync.ts';
import type { SyncContext } from './sync-context.ts';

/** New messages read per hole; older ones when someone scrolls there. */
const CATCH_UP_ROWS = 300;
/** Holes looked at per channel. */
const MAX_GAPS = 4;

/** State of the list at one moment: what the next conversation/sync is asked relative to. */
export interface Baseline {
  /** `last_msg_seqs` of conversation/sync. */
  lastMessageSeqs: string;
  /** Channels that are shown in the list. */
  channels: readonly ChannelRef[];
  /** Channel key -> last message_seq. */
  known: ReadonlyMap<string, number>;
}

export interface CatchUp {
  /** Notes every channel of the answer that has more than `baseline` knew. */
  note: (baseline: Baseline, conversations: readonly ServerConversation[]) => void;
  /** Channels with something to read, in the order they were noted. */
  behind: () => ChannelRef[];
  /**
   * Reads what a channel is behind, newest part first; without a note and anything cached, its newest rows. Stops when
   * `wanted` says no; what is left stays noted. Rejects when the server cannot be asked.
   */
  read: (channel: ChannelRef, wanted: () => boolean) => Promise<void>;
}

export function takeBaseline(store: SyncContext['store']): Baseline {
  const conversations = store.conversations.list();
  return {
    lastMessageSeqs: store.conversations.lastMessageSeqs(),
    channels: conversations.map((c) => c.channel),
    known: new Map(conversations.map((c) => [channelKey(c.channel), c.lastMessageSeq])),
  };
}

export function createCatchUp({ store }: SyncContext, history: HistorySync): CatchUp {
  /** Outlives failed and cancelled runs. */
  const behind = new Map<string, { channel: ChannelRef; lastSeq: number }>();

  return {
    note({ known }, conversations) {
      for (const { channel, lastMessageSeq } of conversations) {
        const key = channelKey(channel);
        const lastSeq = known.get(key) ?? 0;
        if (lastMessageSeq > lastSeq && !behind.has(key)) behind.set(key, { channel, lastSeq });
      }
    },
    behind: () => [...behind.values()].map((entry) => entry.channel),
    async read(channel, wanted) {
      const key = channelKey(channel);
      const noted = behind.get(key);
      if (store.messages.lastSeq(channel) === 0) {
        await history.latest(channel);
      } else if (noted && noted.lastSeq > 0) {
        // (Nothing cached before: the newest rows are enough, the rest comes when someone scrolls there.)
        for (const gap of store.messages.gaps(channel, MAX_GAPS)) {
          if (!wanted()) return;
          if (gap.toSeq <= noted.lastSeq) continue;
          const range = { channel, fromSeq: Math.max(gap.fromSeq, noted.lastSeq + 1), toSeq: gap.toSeq };
          await history.fetchRange(range, CATCH_UP_ROWS, 'down', wanted);
        }
      }
      // Noted anew meanwhile, or left in the middle: still to be read.
      if (wanted() && behind.get(key) === noted) behind.delete(key);
    },
  };
}
