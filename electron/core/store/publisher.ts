/**
 * Turns committed changes into deltas, at most one batch per frame. Views are read at flush time, not at change time:
 * a message and its recall within one frame become one delta that never held the content.
 */
import {
  ChannelType,
  channelKey,
  parseChannelKey,
  type ChannelRef,
  type ConversationView,
  type MessageView,
} from '../../../shared/domain.ts';
import type { CoreDelta } from '../../../shared/ipc/contract.ts';
import type { FromWorker, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { digest } from './payload.ts';
import type { AccountStore, ChangeSet, MessageChanges } from './store-api.ts';

/** One frame at 60 Hz. */
export const FRAME_MS = 16;
/** More changed messages of one channel than this in a frame: the window is loaded again instead. */
export const RELOAD_ABOVE = 300;

export interface PublisherOptions {
  store: Pick<
    AccountStore,
    'me' | 'changes' | 'message' | 'conversation' | 'channelInfo' | 'members' | 'badge'
  >;
  push: (deltas: CoreDelta[]) => void;
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
  changes: ChangeSet,
  conversation: (channel: ChannelRef) => ConversationView | null,
): CoreDelta[] {
  const upserts: ConversationView[] = [];
  const removed: string[] = [];
  for (const key of new Set([...changes.conversations, ...changes.removedConversations])) {
    const view = conversation(parseChannelKey(key));
    if (view) upserts.push(view);
    else if (changes.removedConversations.has(key)) removed.push(key);
  }
  if (upserts.length === 0 && removed.length === 0) return [];
  return [{ kind: 'conversations', upserts, removed: removed.sort().map(parseChannelKey) }];
}

const byOrder = (a: MessageView, b: MessageView): number => a.order - b.order;

export function createPublisher(options: PublisherOptions): Publisher {
  const { store, push } = options;
  const schedule = options.schedule ?? scheduleTimer;
  let cancel: (() => void) | null = null;
  let lastBadge = '';

  function messageDeltas(
    channel: ChannelRef,
    change: MessageChanges,
  ): { deltas: CoreDelta[]; live: MessageView[] } {
    const settled: MessageView[] = [];
    const live: MessageView[] = [];
    const removed = new Set(change.removed);
    for (const key of change.upserts) {
      const view = store.message(channel, key);
      if (!view) removed.add(key);
      else if (change.liveKeys.has(key)) live.push(view);
      else settled.push(view);
    }
    const deltas: CoreDelta[] = [];
    if (settled.length > 0 || removed.size > 0) {
      const upserts = settled.sort(byOrder);
      deltas.push({ kind: 'messages', channel, upserts, removed: [...removed].sort(), live: false });
    }
    if (live.length > 0) {
      deltas.push({ kind: 'messages', channel, upserts: live.sort(byOrder), removed: [], live: true });
    }
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

  function flush(): void {
    cancel?.();
    cancel = null;
    const changes = store.changes.take();
    if (!changes) return;
    const deltas: CoreDelta[] = [];
    const reload = new Set(changes.reload);
    const arrived: { channel: ChannelRef; live: MessageView[] }[] = [];
    const messages: CoreDelta[] = [];
    for (const [key, change] of changes.messages) {
      const channel = parseChannelKey(key);
      if (change.upserts.size > RELOAD_ABOVE) {
        reload.add(key);
        continue;
      }
      const built = messageDeltas(channel, change);
      messages.push(...built.deltas);
      if (built.live.length > 0) arrived.push({ channel, live: built.live });
    }
    for (const key of reload) deltas.push({ kind: 'reload', channel: parseChannelKey(key) });
    const conversation = readOnce(store.conversation);
    deltas.push(...messages, ...conversationDelta(changes, conversation));
    for (const key of changes.channelInfo) {
      deltas.push({ kind: 'channelInfo', info: store.channelInfo(parseChannelKey(key)) });
    }
    for (const key of changes.members) {
      const channel = parseChannelKey(key);
      deltas.push({ kind: 'members', channel, members: store.members(channel.channelId) });
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
  }

  function publishBadge(changes: ChangeSet): void {
    if (!options.badge || !changes.badge) return;
    const totals = store.badge();
    const text = `${totals.unread}/${totals.unreadWithMuted}`;
    if (text === lastBadge) return;
    lastBadge = text;
    options.badge(totals);
  }

  const unsubscribe = store.changes.subscribe(() => {
    cancel ??= schedule(flush, FRAME_MS);
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
