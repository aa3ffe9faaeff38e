/** What the servers say, as the store takes it in: ids and channels already normalised to this account (core/api). */
import type { ChannelRef, Role } from '../../../shared/domain.ts';
import type { RecallLogEntry } from '../../../shared/ipc/contract/recall.ts';

/** State of a message beside its content (`message_extra` of TSDD, tsdd-api.md 5.1), normalised. */
export interface ServerExtra {
  messageId: string;
  /** 0 = the source carries no version (conversation recents): never lowers a stored one, never a cursor. */
  version: number;
  revoke: boolean;
  revoker: string | null;
  readCount: number | null;
  /** I have read it. */
  read: boolean;
  /** Complete new payload, or null. */
  contentEdit: unknown;
  /** Unix seconds. */
  editedAt: number;
  mutualDeleted: boolean;
}

/** States nothing: spread it and set what is known. */
export const NO_EXTRA: Omit<ServerExtra, 'messageId'> = {
  version: 0,
  revoke: false,
  revoker: null,
  readCount: null,
  read: false,
  contentEdit: null,
  editedAt: 0,
  mutualDeleted: false,
};

/** What was streamed into a message until it was delivered by the history (`event_meta`). */
export interface ServerStream {
  text: string;
  /** Highest msg_event_seq of the message, 0 = the server does not count. */
  seq: number;
  /** Nothing more comes. */
  final: boolean;
}

/** Somebody's reaction to a message (tsdd-api.md 5.1, 5.2). */
export interface ServerReaction {
  messageId: string;
  uid: string;
  name: string;
  /** '' = taken back, or nothing that can be shown. */
  emoji: string;
  /** Grows with every change in its channel. */
  seq: number;
}

/** A message as a server delivered it (RECV or any sync), ids and channel already normalised to this account. */
export interface ServerMessage {
  channel: ChannelRef;
  messageId: string;
  messageSeq: number;
  clientMsgNo: string;
  fromUid: string;
  /** Unix seconds. */
  timestamp: number;
  /** Seconds of life, 0 = for ever. */
  expire: number;
  /** WuKongIM setting byte; 0x80 = receipt wanted. */
  setting: number;
  /** Decoded JSON payload; whatever the sender put there. */
  payload: unknown;
  /** Deleted for me (own deletion, mutual deletion, cleared). */
  deleted: boolean;
  /** A voice message that I have played; not every delivery says. */
  voicePlayed?: boolean;
  extra: ServerExtra | null;
  stream?: ServerStream | null;
  /** Where the source tells of them (history). */
  reactions?: readonly ServerReaction[];
}

export type RecallSource = RecallLogEntry['source'];

/**
 * A recall the business server has confirmed; a CMD or a 1006 alone never becomes one (recall.md, "Hints and
 * authority").
 */
export interface ConfirmedRecall {
  channel: ChannelRef;
  messageId: string;
  clientMsgNo: string | null;
  /** Author of the message, where known: with `clientMsgNo` it covers copies although the row itself is not cached. */
  fromUid?: string;
  revoker: string | null;
  /** 0 = unknown. */
  version: number;
  source: RecallSource;
  /** performance.now() at the first sign of this recall, for the recall log. */
  startedAt: number;
}

export interface ServerConversation {
  channel: ChannelRef;
  unread: number;
  muted: boolean;
  pinned: boolean;
  timestamp: number;
  lastMessageSeq: number;
  /** Rows above this seq only exist for me (history offset). */
  offsetSeq: number;
  /** int64 as decimal string. */
  version: string;
  recents: ServerMessage[];
}

export interface UserRecord {
  uid: string;
  name: string;
  remark: string;
  username: string;
  /** Absent or '' where the source does not know. */
  shortNo?: string;
  online: boolean;
  lastOffline: number;
  friend: boolean;
  muted: boolean;
  pinned: boolean;
  showRecallNotes: boolean;
  /** What I send to this person burns after reading; absent where the source does not know. */
  flame?: boolean;
  flameSeconds?: number;
  /** They blocked me. */
  blocked: boolean;
  /** I blocked them; absent: no. */
  blockedByMe?: boolean;
  /** Class of the device they are online with; absent where the source does not know. */
  device?: number | null;
  /** The account was closed; absent where the source does not know. */
  destroyed?: boolean;
  /** My messages to this person ask for a read receipt; absent where the source does not know. */
  receipt?: boolean;
}

export interface GroupRecord {
  groupNo: string;
  name: string;
  remark: string;
  notice: string;
  /** null where the source does not know (conversation/sync blobs lack these, tsdd-api.md 3.1). */
  memberCount: number | null;
  onlineCount: number | null;
  myRole: Role | null;
  quit: boolean | null;
  /** Unix seconds until which I am muted, null unknown. */
  mutedUntil: number | null;
  forbidden: boolean;
  inviteOnly: boolean;
  /** As of a user. */
  friendsForbidden?: boolean;
  pastHidden?: boolean;
  /** Every member may pin messages. */
  membersPin?: boolean;
  saved?: boolean;
  disbanded: boolean;
  muted: boolean;
  pinned: boolean;
  showRecallNotes: boolean;
  /** As of a user. */
  flame?: boolean;
  flameSeconds?: number;
  receipt: boolean;
}

export interface MemberRecord {
  groupNo: string;
  uid: string;
  name: string;
  remark: string;
  role: Role;
  version: number;
  deleted: boolean;
  /** 2 = on the group's blacklist, also after leaving. */
  status: number;
  /** The account was closed; absent where the source does not say it. */
  destroyed?: boolean;
  mutedUntil: number;
}

export interface Reminder {
  id: number;
  channel: ChannelRef;
  messageSeq: number;
  messageId: string;
  /** 1 mention, 2 join request. */
  type: number;
  done: boolean;
  version: number;
}
