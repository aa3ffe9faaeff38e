/**
 * What changed, collected per transaction: staged while it runs, visible after its commit, dropped on rollback.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { Emitter } from '../../../shared/emitter.ts';

/** Changes of one channel's messages. */
export interface MessageChanges {
  /** Keys whose view has to be read again; a view that is null by then means "removed". */
  upserts: Set<string>;
  removed: Set<string>;
  /** Something in `upserts` arrived live. */
  live: boolean;
  /** Those of `upserts` that arrived live. */
  liveKeys: Set<string>;
}

/** What changed since the last flush. Keys are `channelKey()` and `messageKey()`. */
export interface ChangeSet {
  messages: Map<string, MessageChanges>;
  conversations: Set<string>;
  removedConversations: Set<string>;
  channelInfo: Set<string>;
  members: Set<string>;
  reload: Set<string>;
  contacts: boolean;
  badge: boolean;
  /** Recalled in this batch: withdraw notifications, close viewers. */
  recalled: { channel: ChannelRef; key: string }[];
  /** Messages that no longer say what they said: edited, deleted, expired. Notifications are replaced or withdrawn. */
  wordsGone: { channel: ChannelRef; key: string }[];
  /** Chats in which something was pinned, or is no longer. */
  pins: Set<string>;
  /** Favourites and reminders. */
  bookmarks: { removed: Set<number>; added: boolean };
  /** Read positions that moved forward (channel key -> seq): withdraw notifications up to there. */
  read: Map<string, number>;
}

/** Committed changes that nobody has taken yet. */
export interface StoreChanges {
  /**
   * Called after each commit that changed something, with what this commit changed; synchronously, so schedule work
   * instead of doing it.
   */
  subscribe(listener: (changes: ChangeSet) => void): () => void;
  /** Hands over everything since the last call and starts anew; null when there is nothing. */
  take(): ChangeSet | null;
}

export interface ChangeLog extends StoreChanges {
  message(channel: ChannelRef, key: string, live?: boolean): void;
  conversation(channel: ChannelRef): void;
  removedConversation(channel: ChannelRef): void;
  channelInfo(channel: ChannelRef): void;
  members(channel: ChannelRef): void;
  reload(channel: ChannelRef): void;
  contacts(): void;
  recalled(channel: ChannelRef, key: string): void;
  wordsGone(channel: ChannelRef, key: string): void;
  pins(channel: ChannelRef): void;
  /** A bookmark was made, or the one with this id was removed. */
  bookmark(change: { added: true } | { removed: number }): void;
  /** Up to here nothing is to be announced any more: it was read, or is gone. */
  read(channel: ChannelRef, seq: number): void;
  commit(): void;
  rollback(): void;
}

export function emptyChangeSet(): ChangeSet {
  return {
    messages: new Map(),
    conversations: new Set(),
    removedConversations: new Set(),
    channelInfo: new Set(),
    members: new Set(),
    reload: new Set(),
    contacts: false,
    badge: false,
    recalled: [],
    wordsGone: [],
    pins: new Set(),
    bookmarks: { removed: new Set(), added: false },
    read: new Map(),
  };
}

function messagesOf(changes: ChangeSet, key: string): MessageChanges {
  let entry = changes.messages.get(key);
  if (!entry) {
    entry = { upserts: new Set(), removed: new Set(), live: false, liveKeys: new Set() };
    changes.messages.set(key, entry);
  }
  return entry;
}

function addAll<T>(into: Set<T>, from: Iterable<T>): void {
  for (const item of from) into.add(item);
}

/** `from` may become part of `into`: who is told of it looks at it before the next commit. */
function merge(into: ChangeSet, from: ChangeSet): void {
  for (const [channel, change] of from.messages) {
    const entry = into.messages.get(channel);
    if (!entry) {
      into.messages.set(channel, change);
      continue;
    }
    addAll(entry.upserts, change.upserts);
    addAll(entry.removed, change.removed);
    addAll(entry.liveKeys, change.liveKeys);
    entry.live ||= change.live;
  }
  addAll(into.conversations, from.conversations);
  addAll(into.removedConversations, from.removedConversations);
  addAll(into.channelInfo, from.channelInfo);
  addAll(into.members, from.members);
  addAll(into.reload, from.reload);
  into.contacts ||= from.contacts;
  into.badge ||= from.badge;
  for (const entry of from.recalled) into.recalled.push(entry);
  for (const entry of from.wordsGone) into.wordsGone.push(entry);
  addAll(into.pins, from.pins);
  addAll(into.bookmarks.removed, from.bookmarks.removed);
  into.bookmarks.added ||= from.bookmarks.added;
  for (const [channel, seq] of from.read) into.read.set(channel, Math.max(seq, into.read.get(channel) ?? 0));
}

export function createChangeLog(): ChangeLog {
  const commits = new Emitter<ChangeSet>();
  let staged = emptyChangeSet();
  let stagedAny = false;
  let committed = emptyChangeSet();
  let committedAny = false;
  const stage = (): ChangeSet => {
    stagedAny = true;
    return staged;
  };
  return {
    message(channel, key, live = false) {
      const entry = messagesOf(stage(), channelKey(channel));
      entry.upserts.add(key);
      if (!live) return;
      entry.live = true;
      entry.liveKeys.add(key);
    },
    conversation(channel) {
      const changes = stage();
      changes.conversations.add(channelKey(channel));
      changes.badge = true;
    },
    removedConversation(channel) {
      const changes = stage();
      changes.removedConversations.add(channelKey(channel));
      changes.badge = true;
    },
    channelInfo: (channel) => void stage().channelInfo.add(channelKey(channel)),
    members: (channel) => void stage().members.add(channelKey(channel)),
    reload: (channel) => void stage().reload.add(channelKey(channel)),
    contacts: () => void (stage().contacts = true),
    recalled: (channel, key) => void stage().recalled.push({ channel, key }),
    wordsGone: (channel, key) => void stage().wordsGone.push({ channel, key }),
    pins: (channel) => void stage().pins.add(channelKey(channel)),
    bookmark(change) {
      const { bookmarks } = stage();
      if ('removed' in change) bookmarks.removed.add(change.removed);
      else bookmarks.added = true;
    },
    read(channel, seq) {
      const key = channelKey(channel);
      const changes = stage();
      changes.read.set(key, Math.max(seq, changes.read.get(key) ?? 0));
    },
    commit() {
      if (!stagedAny) return;
      const changes = staged;
      merge(committed, changes);
      committedAny = true;
      staged = emptyChangeSet();
      stagedAny = false;
      commits.emit(changes);
    },
    rollback() {
      staged = emptyChangeSet();
      stagedAny = false;
    },
    subscribe: commits.on,
    take() {
      if (!committedAny) return null;
      const taken = committed;
      committed = emptyChangeSet();
      committedAny = false;
      return taken;
    },
  };
}
