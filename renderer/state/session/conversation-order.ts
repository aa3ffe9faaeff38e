import { type ConversationView, channelKey } from '../../../shared/domain.ts';
import { levelOf } from '../../../shared/notify-level.ts';

/** Pinned first, then newest first; equal times by key, so that rows never swap for no reason. */
export function compareConversations(a: ConversationView, b: ConversationView): number {
  if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
  if (a.timestamp !== b.timestamp) return b.timestamp - a.timestamp;
  const [left, right] = [channelKey(a.channel), channelKey(b.channel)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sortedKeys(conversations: ReadonlyMap<string, ConversationView>): string[] {
  return [...conversations.values()].sort(compareConversations).map((row) => channelKey(row.channel));
}

/** Unread messages that are told of: rail badge and window title. Of a muted group that is who mentions me. */
export function unreadTotal(conversations: Iterable<ConversationView>, countMuted: boolean): number {
  let total = 0;
  for (const row of conversations) {
    if (countMuted || !row.muted) total += Math.max(row.unread, row.markedUnread ? 1 : 0);
    else if (levelOf(row) === 'mentions') total += row.mentions;
  }
  return total;
}
