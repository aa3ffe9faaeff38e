/** Rows of the conversation list for the page: a bounded number of them in a batch. */
import {
  channelKey,
  parseChannelKey,
  type ChannelRef,
  type ConversationView,
} from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { ChangeSet } from '../store/change-log.ts';

/** Rows of the list in a batch; those that waited longest first. What takes words away never waits. */
export const ROWS_PER_BATCH = 40;

type ReadConversation = (channel: ChannelRef) => ConversationView | null;

/** Conversations whose row is to be sent, as keys. */
export class WaitingRows {
  readonly #isShown: (key: string) => boolean;
  readonly #waiting = new Set<string>();

  constructor(isShown: (key: string) => boolean) {
    this.#isShown = isShown;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Of this batch: the urgent ones, then those that waited longest. The others go on waiting. */
  take(changes: ChangeSet): Set<string> {
    const rows = this.#urgent(changes);
    for (const key of changes.conversations) this.#waiting.add(key);
    for (const key of rows) this.#waiting.delete(key);
    for (const key of this.#waiting) {
      if (rows.size >= ROWS_PER_BATCH) break;
      rows.add(key);
      this.#waiting.delete(key);
    }
    return rows;
  }

  /** Rows that must not wait: something of them may not be shown any more, or they are on screen. */
  #urgent(changes: ChangeSet): Set<string> {
    const urgent = new Set(changes.removedConversations);
    for (const { channel } of changes.recalled) urgent.add(channelKey(channel));
    for (const { channel } of changes.wordsGone) urgent.add(channelKey(channel));
    for (const [key, { removed }] of changes.messages) if (removed.size > 0) urgent.add(key);
    for (const key of changes.conversations) if (this.#isShown(key)) urgent.add(key);
    return urgent;
  }
}

/** Reads each channel's conversation once: a flush looks at one moment of the store. */
export function readOnce(read: ReadConversation): ReadConversation {
  const known = new Map<string, ConversationView | null>();
  return (channel) => {
    const key = channelKey(channel);
    let view = known.get(key);
    if (view === undefined) known.set(key, (view = read(channel)));
    return view;
  };
}

/** Whether a conversation is in the list is read now: one that went and came back within a frame is there. */
export function conversationDeltas(
  keys: Iterable<string>,
  gone: ReadonlySet<string>,
  conversation: ReadConversation,
): CoreDelta[] {
  const upserts: ConversationView[] = [];
  const removed: string[] = [];
  for (const key of keys) {
    const view = conversation(parseChannelKey(key));
    if (view) upserts.push(view);
    else if (gone.has(key)) removed.push(key);
  }
  if (upserts.length === 0 && removed.length === 0) return [];
  return [{ kind: 'conversations', upserts, removed: removed.sort().map(parseChannelKey) }];
}
