/** The account's data as the renderer holds it, and how a batch of deltas changes it. Pure. */
import {
  type Abilities,
  type ChannelInfoView,
  type ConnectionState,
  type ConversationView,
  type Me,
  type MemberView,
  type ServerRules,
  type TypingView,
  channelKey,
} from '../../../shared/domain.ts';
import { WHOLE_MEMBER_LIST } from '../../../shared/ipc/contract/limits.ts';
import type { CoreDelta } from '../../../shared/ipc/contract/events.ts';
import type { AwaySummary, Bootstrap } from '../../../shared/ipc/contract/session.ts';
import type { StorageState } from '../../../shared/ipc/contract/storage.ts';
import { sortedKeys } from './conversation-order.ts';

export interface SessionData {
  me: Me | null;
  connection: ConnectionState;
  rules: ServerRules | null;
  abilities: Abilities;
  /** Server clock minus local clock, ms. */
  serverOffsetMs: number;
  conversations: ReadonlyMap<string, ConversationView>;
  /** Keys of `conversations`, in the order of the list. */
  order: readonly string[];
  infos: ReadonlyMap<string, ChannelInfoView>;
  members: ReadonlyMap<string, readonly MemberView[]>;
  typing: ReadonlyMap<string, readonly TypingView[]>;
  /** Grows whenever the contact list has to be read again. */
  contactsVersion: number;
  /** Grows whenever the friend requests have to be read again. */
  requestsVersion: number;
  friendRequests: number;
  storage: StorageState;
  /** Of an absence, until it is put away. */
  away: AwaySummary | null;
  /** Nothing can be written; `storage` says why. */
  readOnly: boolean;
}

export const emptySession: SessionData = {
  me: null,
  connection: { state: 'connecting' },
  rules: null,
  abilities: { reactions: false, pins: false, readers: true },
  serverOffsetMs: 0,
  conversations: new Map(),
  order: [],
  infos: new Map(),
  members: new Map(),
  typing: new Map(),
  contactsVersion: 0,
  requestsVersion: 0,
  friendRequests: 0,
  storage: { readOnly: null, cacheReplaced: null, outboxDamage: null },
  away: null,
  readOnly: false,
};

export function fromBootstrap(bootstrap: Bootstrap): SessionData {
  const conversations = new Map(bootstrap.conversations.map((row) => [channelKey(row.channel), row]));
  return {
    ...emptySession,
    me: bootstrap.me,
    connection: bootstrap.connection,
    rules: bootstrap.rules,
    abilities: bootstrap.abilities,
    serverOffsetMs: bootstrap.serverOffsetMs,
    conversations,
    order: sortedKeys(conversations),
    friendRequests: bootstrap.friendRequests,
    storage: bootstrap.storage,
    away: bootstrap.away,
    readOnly: bootstrap.storage.readOnly !== null,
  };
}

/** The data after a batch, as a patch for the store. Maps are copied at most once per batch. */
export function applyDeltas(data: SessionData, deltas: readonly CoreDelta[]): Partial<SessionData> {
  const patch: Partial<SessionData> = {};
  const conversations = lazyCopy(data.conversations);
  const infos = lazyCopy(data.infos);
  const members = lazyCopy(data.members);
  const typing = lazyCopy(data.typing);
  /** Whoever has just sent is no longer typing. */
  const hasSent = (key: string, uid: string): void => {
    const marks = typing.read().get(key);
    if (marks?.some((entry) => entry.uid === uid))
      typing.write().set(
        key,
        marks.filter((entry) => entry.uid !== uid),
      );
  };
  for (const delta of deltas) {
    switch (delta.kind) {
      case 'connection':
        patch.connection = delta.connection;
        break;
      case 'rules':
        patch.rules = delta.rules;
        patch.serverOffsetMs = delta.serverOffsetMs;
        break;
      case 'abilities':
        patch.abilities = delta.abilities;
        break;
      case 'conversations':
        for (const row of delta.upserts) {
          const key = channelKey(row.channel);
          const before = conversations.read().get(key);
          if ((before?.lastMessageSeq ?? 0) < row.lastMessageSeq) hasSent(key, row.preview.fromUid);
          conversations.write().set(key, row);
        }
        for (const channel of delta.removed) conversations.write().delete(channelKey(channel));
        break;
      case 'messages':
        if (!delta.live) break;
        for (const { fromUid, content } of delta.upserts) {
          hasSent(channelKey(delta.channel), fromUid);
          // A line of the server about somebody: who left or was removed types no more.
          if (content.kind === 'system')
            for (const { uid } of content.parts) if (uid) hasSent(channelKey(delta.channel), uid);
        }
        break;
      case 'channelInfo':
        infos.write().set(channelKey(delta.info.channel), delta.info);
        break;
      case 'members': {
        const key = channelKey(delta.channel);
        members.write().set(key, delta.members);
        const count = infos.read().get(key)?.memberCount ?? delta.members.length;
        if (count <= WHOLE_MEMBER_LIST) {
          const here = new Set(delta.members.map(({ uid }) => uid));
          for (const { uid } of typing.read().get(key) ?? []) if (!here.has(uid)) hasSent(key, uid);
        }
        break;
      }
      case 'typing': {
        const key = channelKey(delta.typing.channel);
        const others = (typing.read().get(key) ?? []).filter((entry) => entry.uid !== delta.typing.uid);
        typing.write().set(key, [...others, delta.typing]);
        break;
      }
      case 'typingEnded':
        for (const key of typing.read().keys()) hasSent(key, delta.uid);
        break;
      case 'contacts':
        patch.contactsVersion = (patch.contactsVersion ?? data.contactsVersion) + 1;
        break;
      case 'friendRequests':
        patch.friendRequests = delta.count;
        patch.requestsVersion = (patch.requestsVersion ?? data.requestsVersion) + 1;
        break;
      case 'storage':
        patch.storage = delta.storage;
        patch.readOnly = delta.storage.readOnly !== null;
        break;
      case 'away':
        patch.away = delta.summary;
        break;
      case 'me':
        patch.me = delta.me;
        break;
      case 'reload':
      case 'transfers':
      case 'draft':
      case 'avatars':
      case 'bookmarks':
      case 'pins':
      case 'export':
      // Shown by whoever listens for it, not kept.
      case 'actionRefused':
        break;
      default:
        delta satisfies never;
    }
  }
  if (conversations.changed) {
    patch.conversations = conversations.read();
    patch.order = sortedKeys(conversations.read());
  }
  if (infos.changed) patch.infos = infos.read();
  if (members.changed) patch.members = members.read();
  if (typing.changed) patch.typing = typing.read();
  return patch;
}

/** Drops typing marks that ended before `nowMs`; null when nothing ended. */
export function expireTyping(
  typing: ReadonlyMap<string, readonly TypingView[]>,
  nowMs: number,
): ReadonlyMap<string, readonly TypingView[]> | null {
  let ended = false;
  const next = new Map<string, readonly TypingView[]>();
  for (const [key, entries] of typing) {
    const alive = entries.filter((entry) => entry.untilMs > nowMs);
    if (alive.length !== entries.length) ended = true;
    if (alive.length > 0) next.set(key, alive);
  }
  return ended ? next : null;
}

interface LazyCopy<K, V> {
  readonly changed: boolean;
  read: () => ReadonlyMap<K, V>;
  write: () => Map<K, V>;
}

function lazyCopy<K, V>(source: ReadonlyMap<K, V>): LazyCopy<K, V> {
  let copy: Map<K, V> | null = null;
  return {
    get changed() {
      return copy !== null;
    },
    read: () => copy ?? source,
    write: () => (copy ??= new Map(source)),
  };
}
