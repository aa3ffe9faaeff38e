/**
 * Turns committed changes into deltas, at most one batch per frame. Views are read at flush time, not at change time:
 * a message and its recall within one frame become one delta that never held the content. A batch is small whatever has
 * changed, because the page reads it in one task: of chats it does not show it gets in a crowd only what it needs, and
 * of many changed rows of the list some now, the others with the next batches.
 */
import {
  ChannelType,
  channelKey,
  parseChannelKey,
  type ChannelRef,
  type ConversationView,
  type MessageView,
} from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { FromWorker, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { emptyChangeSet } from '../store/change-log.ts';
import { digest } from '../store/tables/messages/payload.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { ChangeSet, MessageChanges } from '../store/change-log.ts';

/** One frame at 60 Hz. */
export const FRAME_MS = 16;
/**
 * After a flush that took long, this many times as long belongs to other work: a flood must be stored before it is
 * shown.
 */
const REST = 3;
const LONGEST_FRAME_MS = 100;
/** Nobody reads a flood at 60 Hz. */
const CROWDED_FRAME_MS = 50;
/** More changed messages of one channel than this in a frame: the window is loaded again instead. */
export const RELOAD_ABOVE = 120;
/** Rows of the list in a batch; those that waited longest first. What takes words away never waits. */
export const ROWS_PER_BATCH = 40;
/**
 * More changed messages than this in a frame: of chats that the page does not show it gets only own, recalled and
 * removed ones, and only the newest arrival of each may become a notification.
 */
export const CROWD_ABOVE = 50;

export interface PublisherOptions {
  store: Pick<AccountStore, 'me' | 'changes'> & {
    messages: Pick<AccountStore['messages'], 'get'>;
    conversations: Pick<AccountStore['conversations'], 'get' | 'badge'>;
    people: Pick<AccountStore['people'], 'channelInfo' | 'members'>;
  };
  push: (deltas: CoreDelta[]) => void;
  /** Whether the page shows the messages of this chat (a channel key). Default: all are shown. */
  isShown?: (key: string) => boolean;
  /**
   * `notify`: a message of somebody else arrived live and is still unread and readable at flush time.
   * `withdraw`: of recalled messages, or up to a read position.
   */
  notify?: (message: Extract<FromWorker, { kind: 'notify' | 'withdraw' }>) => void;
  /** Totals, when they changed. */
  badge?: (totals: { unread: number; unreadWithMuted: number }) => void;
  /** Runs `flush` in a frame's time; default `setTimeout`. Returns what cancels it. */
  schedule?: (flush: () => void, delayMs: number) => () => void;
}

export interface Publisher {
  /** Sends what has been committed so far, now. */
  flush(): void;
  close(): void;
}

function scheduleTimer(flush: () => void, delayMs: number): () => void {
  const timer = setTimeout(flush, delayMs);
  return () => clearTimeout(timer);
}

/** Reads each channel's conversation once: a flush looks at one moment of the store. */
function readOnce(
  read: (channel: ChannelRef) => ConversationView | null,
): (channel: ChannelRef) => ConversationView | null {
  const known = new Map<string, ConversationView | null>();
  return (channel) => {
    const key = channelKey(channel);
    let view = known.get(key);
    if (view === undefined) known.set(key, (view = read(channel)));
    return view;
  };
}

/** Whether a conversation is in the list is read now: one that went and came back within a frame is there. */
function conversationDelta(
  keys: Iterable<string>,
  gone: ReadonlySet<string>,
  conversation: (channel: ChannelRef) => ConversationView | null,
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

/** Conversations whose rows must not wait: something of them may not be shown any more, or they are on screen. */
function urgentRows(changes: ChangeSet, isShown: (key: string) => boolean): Set<string> {
  const urgent = new Set(changes.removedConversations);
  for (const { channel } of changes.recalled) urgent.add(channelKey(channel));
  for (const [key, { removed }] of changes.messages) if (removed.size > 0) urgent.add(key);
  for (const key of changes.conversations) if (isShown(key)) urgent.add(key);
  return urgent;
}

/** What a page needs of a chat that it does not show: it tracks own messages, and drops words that are taken away. */
const isNeeded = (message: MessageView): boolean => message.own || message.recall !== null;

const byOrder = (a: MessageView, b: MessageView): number => a.order - b.order;

export function createPublisher(options: PublisherOptions): Publisher {
  const { store, push } = options;
  const schedule = options.schedule ?? scheduleTimer;
  const isShown = options.isShown ?? (() => true);
  /** Keys of conversations that changed and are not sent yet. */
  const waitingRows = new Set<string>();
  let cancel: (() => void) | null = null;
  let lastBadge = '';
  let frameMs = FRAME_MS;

  function messageDeltas(
    channel: ChannelRef,
    change: MessageChanges,
    only: ((message: MessageView) => boolean) | null,
    recalled: ReadonlySet<string>,
  ): { deltas: CoreDelta[]; live: MessageView[] } {
    const settled: MessageView[] = [];
    const live: MessageView[] = [];
    const removed = new Set(change.removed);
    const newest = only ? [...change.liveKeys].at(-1) : undefined;
    for (const key of change.upserts) {
      const isLive = change.liveKeys.has(key);
      if (isLive && newest !== undefined && key !== newest && !recalled.has(key)) continue;
      const view = store.messages.get(channel, key);
      if (!view) removed.add(key);
      else if (isLive) live.push(view);
      else settled.push(view);
    }
    const deltas: CoreDelta[] = [];
    const sent = (views: MessageView[]): MessageView[] => (only ? views.filter(only) : views);
    const upserts = sent(settled).sort(byOrder);
    if (upserts.length > 0 || removed.size > 0)
      deltas.push({ kind: 'messages', channel, upserts, removed: [...removed].sort(), live: false });
    live.sort(byOrder);
    const arrived = sent(live);
    if (arrived.length > 0)
      deltas.push({ kind: 'messages', channel, upserts: arrived, removed: [], live: true });
    return { deltas, live };
  }

  function candidateOf(
    message: MessageView,
    conversation: ConversationView | null,
  ): NotificationCandidate | null {
    if (message.own || !message.fromUid || message.content.kind === 'recalled') return null;
    if (!conversation || message.messageSeq <= conversation.readSeq) return null;
    return {
      channel: message.channel,
      messageKey: message.key,
      messageSeq: message.messageSeq,
      title: conversation.name,
      sender: message.channel.channelType === ChannelType.person ? '' : message.fromName,
      ...digest(message.content),
      muted: conversation.muted,
      mentionsMe: mentionsMe(message),
    };
  }

  function mentionsMe({ content }: MessageView): boolean {
    return content.kind === 'text' && (content.mention.all || content.mention.uids.includes(store.me.uid));
  }

  function withdraw(changes: ChangeSet): void {
    const { notify } = options;
    if (!notify) return;
    const recalled = new Map<string, string[]>();
    for (const { channel, key } of changes.recalled) {
      const id = channelKey(channel);
      const keys = recalled.get(id);
      if (keys) keys.push(key);
      else recalled.set(id, [key]);
    }
    for (const [id, keys] of recalled) {
      notify({ kind: 'withdraw', channel: parseChannelKey(id), messageKeys: keys, readSeq: null });
    }
    for (const [id, seq] of changes.read) {
      notify({ kind: 'withdraw', channel: parseChannelKey(id), messageKeys: [], readSeq: seq });
    }
  }

  /** Keys of the rows for this batch: the urgent ones, then those that waited longest. */
  function rowsOfBatch(changes: ChangeSet): Set<string> {
    const rows = urgentRows(changes, isShown);
    for (const key of changes.conversations) waitingRows.add(key);
    for (const key of rows) waitingRows.delete(key);
    for (const key of waitingRows) {
      if (rows.size >= ROWS_PER_BATCH) break;
      rows.add(key);
      waitingRows.delete(key);
    }
    return rows;
  }

  function flush(): void {
    const startedAt = performance.now();
    cancel?.();
    cancel = null;
    const changes = store.changes.take() ?? (waitingRows.size > 0 ? emptyChangeSet() : null);
    if (!changes) return;
    const deltas: CoreDelta[] = [];
    const reload = new Set(changes.reload);
    const arrived: { channel: ChannelRef; live: MessageView[] }[] = [];
    const messages: CoreDelta[] = [];
    let changed = 0;
    for (const { upserts } of changes.messages.values()) changed += upserts.size;
    const recalled = new Set(changes.recalled.map(({ key }) => key));
    for (const [key, change] of changes.messages) {
      const channel = parseChannelKey(key);
      if (change.upserts.size > RELOAD_ABOVE) {
        reload.add(key);
        continue;
      }
      const only = changed > CROWD_ABOVE && !isShown(key) ? isNeeded : null;
      const built = messageDeltas(channel, change, only, recalled);
      messages.push(...built.deltas);
      if (built.live.length > 0) arrived.push({ channel, live: built.live });
    }
    for (const key of reload) deltas.push({ kind: 'reload', channel: parseChannelKey(key) });
    const conversation = readOnce(store.conversations.get);
    const rows = rowsOfBatch(changes);
    deltas.push(...messages, ...conversationDelta(rows, changes.removedConversations, conversation));
    for (const key of changes.channelInfo) {
      deltas.push({ kind: 'channelInfo', info: store.people.channelInfo(parseChannelKey(key)) });
    }
    for (const key of changes.members) {
      const channel = parseChannelKey(key);
      deltas.push({ kind: 'members', channel, members: store.people.members(channel.channelId) });
    }
    if (changes.contacts) deltas.push({ kind: 'contacts' });
    if (deltas.length > 0) push(deltas);
    withdraw(changes);
    if (options.notify) {
      for (const { channel, live } of arrived) {
        for (const message of live) {
          const candidate = candidateOf(message, conversation(channel));
          if (candidate) options.notify({ kind: 'notify', candidate });
        }
      }
    }
    publishBadge(changes);
    const least = changed > CROWD_ABOVE || waitingRows.size > 0 ? CROWDED_FRAME_MS : FRAME_MS;
    frameMs = Math.min(LONGEST_FRAME_MS, Math.max(least, REST * (performance.now() - startedAt)));
    if (waitingRows.size > 0) cancel ??= schedule(flush, frameMs);
  }

  function publishBadge(changes: ChangeSet): void {
    if (!options.badge || !changes.badge) return;
    const totals = store.conversations.badge();
    const text = `${totals.unread}/${totals.unreadWithMuted}`;
    if (text === lastBadge) return;
    lastBadge = text;
    options.badge(totals);
  }

  const unsubscribe = store.changes.subscribe(() => {
    cancel ??= schedule(flush, frameMs);
  });
  return {
    flush,
    close() {
      unsubscribe();
      cancel?.();
      cancel = null;
    },
  };
}
