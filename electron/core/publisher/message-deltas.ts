/** What changed in the messages of one chat, as deltas for the page. */
import { saysLess } from '../../../shared/content/history-words.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { MessageChanges } from '../store/change-log.ts';

export interface MessageDeltas {
  deltas: CoreDelta[];
  /** What arrived live and is still there, in order; in a crowd only the newest. */
  live: MessageView[];
}

/** What a page needs of a chat that it does not show: it tracks own messages, and drops words that are taken away. */
const isNeeded = (message: MessageView): boolean =>
  message.own || message.recall !== null || saysLess(message);

const byOrder = (a: MessageView, b: MessageView): number => a.order - b.order;

/**
 * `read`: the view as it is now, null when it is gone. `crowded`: the page does not show this chat and much has
 * changed, so it gets only what it needs of it. `recalled`: keys of messages recalled in this batch.
 */
export function messageDeltas(
  channel: ChannelRef,
  change: MessageChanges,
  read: (channel: ChannelRef, key: string) => MessageView | null,
  crowded: boolean,
  recalled: ReadonlySet<string>,
): MessageDeltas {
  const settled: MessageView[] = [];
  const live: MessageView[] = [];
  const removed = new Set(change.removed);
  const newest = crowded ? [...change.liveKeys].at(-1) : undefined;
  for (const key of change.upserts) {
    const isLive = change.liveKeys.has(key);
    if (isLive && newest !== undefined && key !== newest && !recalled.has(key)) continue;
    const view = read(channel, key);
    if (!view) removed.add(key);
    else if (isLive) live.push(view);
    else settled.push(view);
  }
  const deltas: CoreDelta[] = [];
  const sent = (views: MessageView[]): MessageView[] => (crowded ? views.filter(isNeeded) : views);
  const upserts = sent(settled).sort(byOrder);
  if (upserts.length > 0 || removed.size > 0)
    deltas.push({ kind: 'messages', channel, upserts, removed: [...removed].sort(), live: false });
  live.sort(byOrder);
  const arrived = sent(live);
  if (arrived.length > 0)
    deltas.push({ kind: 'messages', channel, upserts: arrived, removed: [], live: true });
  return { deltas, live };
}
