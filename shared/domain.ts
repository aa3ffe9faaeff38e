/**
 * Domain types that the core, the main thread and the renderer share, as plain structured-clone data. Types are
 * inferred from the schemas.
 *
 * Ids: `uid`, `groupNo`, `messageId`, `clientMsgNo` are strings everywhere. A WuKongIM message id is an int64
 * (about 2e18), which a JavaScript number cannot hold.
 * Times: `Ms` is milliseconds, `timestamp` Unix seconds of the server; what is compared with it is on its clock.
 */
import { z } from 'zod';
import { ProxyFault } from './network.ts';
import { ChatNotice } from './chat-notice.ts';
import { ReadingPlace } from './reading-place.ts';
import { FlameView } from './content/flame.ts';
import { MessageContent, SystemPart } from './content/message-content.ts';
import { RecalledNoun } from './content/recalled-noun.ts';
import { NewReactions, ReactionView } from './content/reaction.ts';
import { ContentKind } from './content/content-kind.ts';

/** WuKongIM channel types this client shows (wukongim.md B.6). */
export const ChannelType = { person: 1, group: 2 } as const;

/** Servers make ids of 32 characters. Whoever names a longer one, which IPC does not take, is not understood. */
export const MAX_CHANNEL_ID_LENGTH = 200;

/** A conversation's address as this account knows it: the peer's uid (person) or the group number. */
export const ChannelRef = z.object({
  channelId: z.string().min(1).max(MAX_CHANNEL_ID_LENGTH),
  channelType: z.int().min(1).max(255),
});
export type ChannelRef = z.infer<typeof ChannelRef>;

/** Stable text key of a channel. `/` cannot occur in a channel type, so the split at the first `/` is unambiguous. */
export function channelKey(channel: ChannelRef): string {
  return `${channel.channelType}/${channel.channelId}`;
}

export function parseChannelKey(key: string): ChannelRef {
  const slash = key.indexOf('/');
  const channelType = Number(key.slice(0, slash));
  if (slash < 1 || !Number.isInteger(channelType)) throw new Error(`not a channel key: "${key}"`);
  return { channelId: key.slice(slash + 1), channelType };
}

/** A decimal int64 (WuKongIM message id), never a number. */
export const MessageId = z.string().regex(/^-?\d{1,19}$/, 'a message id is a decimal int64 string');

/** Group roles as TSDD numbers them (tsdd-api.md 3.1). Order of power: owner > manager > member. */
export const Role = { member: 0, owner: 1, manager: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];
export const RoleSchema = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** What somebody is online with, by the class of device that the server tells (tsdd-api.md 1.2). */
export const OnlineDevice = z.enum(['phone', 'web', 'computer']);
export type OnlineDevice = z.infer<typeof OnlineDevice>;

/**
 * Why a server cannot be used although it is there: `certificate` what it shows is none this computer accepts;
 * `secureMissing`, `secureFailed` the account has an encrypted line, and the server offers only plain ones now, or the
 * encrypted one cannot be reached.
 */
export const ConnectionDetail = z.enum(['certificate', 'secureMissing', 'secureFailed']);
export type ConnectionDetail = z.infer<typeof ConnectionDetail>;

/** How the account is connected; what the connection banner shows (ui.md 6). */
export const ConnectionState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('online') }),
  /** The connection was lost or refused; the next try is at `nextTryAtMs` (local clock, ms since epoch). */
  z.object({
    state: z.literal('offline'),
    nextTryAtMs: z.number(),
    detail: ConnectionDetail.exactOptional(),
    /** The proxy that stands in the way. */
    proxy: ProxyFault.exactOptional(),
  }),
  /** Neither the IM server nor the business server answers; tries go on in the background. */
  z.object({
    state: z.literal('unreachable'),
    nextTryAtMs: z.number(),
    detail: ConnectionDetail.exactOptional(),
    proxy: ProxyFault.exactOptional(),
  }),
  /**
   * No automatic reconnect. `banned`: the account is; `quit`: it was signed out of computers from another device;
   * neither: another device took its place.
   */
  z.object({
    state: z.literal('kicked'),
    reason: z.string(),
    banned: z.boolean().exactOptional(),
    quit: z.boolean().exactOptional(),
  }),
  /** The token is no longer accepted; the user has to sign in again. */
  z.object({ state: z.literal('sessionExpired') }),
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

/** Rules the business server announced (`GET /v1/common/appconfig`). */
export const ServerRules = z.object({
  /**
   * Seconds after sending in which an author may recall; -1 = unlimited. Never 0: a server stores "unlimited" as 0 but
   * publishes -1 (tsdd-api.md 1.4); a published 0 states nothing and is read as 120, as TSDD's mobile clients do.
   */
  revokeSecond: z.int(),
});
export type ServerRules = z.infer<typeof ServerRules>;

/** What the server has, of what not every one has; false while that is not known yet. */
export const Abilities = z.object({ reactions: z.boolean(), pins: z.boolean(), readers: z.boolean() });
export type Abilities = z.infer<typeof Abilities>;

export const SendState = z.discriminatedUnion('state', [
  /** On disk, waiting for its turn or for the network. */
  z.object({ state: z.literal('queued'), waiting: z.literal(true).exactOptional() }),
  /**
   * Written to the socket, SENDACK outstanding. `waiting`, here and above: a server has answered, but not taken it yet
   * (a cluster that elects …); it is looked up and sent again.
   */
  z.object({ state: z.literal('sending'), waiting: z.literal(true).exactOptional() }),
  z.object({ state: z.literal('sent') }),
  /** Refused. `reason` is a machine reason (`SendFailure`), `detail` the server's text if it gave one. */
  z.object({ state: z.literal('failed'), reason: z.string(), detail: z.string().exactOptional() }),
]);
export type SendState = z.infer<typeof SendState>;

/** Why a recall was refused, by the policy or by the server. */
export const RECALL_DENIALS = ['late', 'denied', 'missing', 'wrongChannel', 'rejected'] as const;
export const RecallDenial = z.enum(RECALL_DENIALS);
export type RecallDenial = z.infer<typeof RecallDenial>;

export const RecallState = z.discriminatedUnion('state', [
  /** Asked for; the server's answer is outstanding. The content is withheld from every view. */
  z.object({ state: z.literal('pending') }),
  /**
   * Waits for the network, or for a server that was asked and did not answer (`waiting`); others can still see the
   * message. Durable; can be cancelled.
   */
  z.object({ state: z.literal('queued'), waiting: z.literal(true).exactOptional() }),
  /** The server confirmed it. */
  z.object({
    state: z.literal('done'),
    /** uid of whoever recalled; null when unknown. */
    revokerUid: z.string().nullable(),
    /** Name of the revoker as this account knows it, '' when unknown (someone who left, not loaded yet). */
    revokerName: z.string(),
    /** Role of the revoker in the group at the time it was learned; null for person channels or when unknown. */
    revokerRole: RoleSchema.nullable(),
    was: RecalledNoun.exactOptional(),
    /** Server time (ms) until which the own text can be edited again; null when not offered. */
    reeditUntilMs: z.number().nullable(),
  }),
  /** Refused: the message is back. `at` is server time in ms. */
  z.object({
    state: z.literal('denied'),
    reason: RecallDenial,
    detail: z.string().exactOptional(),
    atMs: z.number(),
  }),
]);
export type RecallState = z.infer<typeof RecallState>;

/** What a quote block shows; always resolved live by id, never from the text embedded in the quoting message. */
export const QuoteView = z.object({
  messageId: z.string(),
  messageSeq: z.int(),
  fromUid: z.string(),
  fromName: z.string(),
  state: z.enum(['ok', 'recalled', 'missing']),
  /** One line of the quoted message, as in `PreviewView.text`; empty unless `state` is `ok`. */
  preview: z.string(),
  contentKind: ContentKind.exactOptional(),
  /** Of a system line: `preview` in parts, to be worded; of a merged forward its people. */
  parts: z.array(SystemPart).exactOptional(),
});
export type QuoteView = z.infer<typeof QuoteView>;

/** One message as the flow shows it. `content` of a recalled or being-recalled message is `{kind:'recalled'}`. */
export const MessageView = z.object({
  /** Identity in this account: stable from composing over SENDACK to history (see `messageKey`). */
  key: z.string(),
  channel: ChannelRef,
  /** null until the server has acknowledged the message. */
  messageId: MessageId.nullable(),
  /** 0 until acknowledged. */
  messageSeq: z.int(),
  /** Sort key in the flow, ascending: messageSeq, or a large number for what is still in the outbox. */
  order: z.number(),
  clientMsgNo: z.string(),
  /** '' = system. */
  fromUid: z.string(),
  fromName: z.string(),
  /** Role of the author in the group now; null in person channels, for former members and while unknown. */
  fromRole: RoleSchema.nullable(),
  own: z.boolean(),
  /** Unix seconds, server clock (for unsent messages: local clock corrected by the server offset). */
  timestamp: z.number(),
  content: MessageContent,
  quote: QuoteView.nullable(),
  edited: z.boolean(),
  send: SendState,
  /** How many members have read it; null when the message asked for no receipt. */
  readCount: z.int().nullable(),
  recall: RecallState.nullable(),
  /** null: an ordinary message. */
  flame: FlameView.nullable(),
  /** The same for images and videos of one sending, also when they are recalled. */
  album: z.int().exactOptional(),
  /** A voice message of somebody else that nobody of this account has heard yet. */
  unplayed: z.literal(true).exactOptional(),
  /** What people reacted with; absent = nobody did, or it is recalled. */
  reactions: z.array(ReactionView).exactOptional(),
});
export type MessageView = z.infer<typeof MessageView>;

/**
 * Identity of a message: sender and client_msg_no (a resend is stored twice by a real WuKongIM under the same
 * pair, wukongim.md B.4), or the message id where there is no client_msg_no.
 */
export function messageKey(message: {
  fromUid: string;
  clientMsgNo: string;
  messageId: string | null;
}): string {
  return message.clientMsgNo ? `${message.fromUid}:${message.clientMsgNo}` : `#${message.messageId ?? ''}`;
}

/** One line of the last message, for the conversation list. */
export const PreviewView = z.object({
  kind: z.enum(['message', 'recalled', 'recallPending', 'system', 'none']),
  /** Digest of the content; empty when recalled. Kinds without text come as `[图片]`, `[语音]`, `[文件] name`. */
  text: z.string(),
  contentKind: ContentKind.exactOptional(),
  /** Of a system line: `text` in parts, to be worded; of a merged forward its people. */
  parts: z.array(SystemPart).exactOptional(),
  fromUid: z.string(),
  fromName: z.string(),
  own: z.boolean(),
  send: SendState.nullable(),
  readCount: z.int().nullable(),
  recall: RecallState.nullable(),
});
export type PreviewView = z.infer<typeof PreviewView>;

/** What images, videos and files of a draft are, in the order in which its line names them. */
export const DRAFT_FILE_KINDS = ['image', 'video', 'file'] as const;
export const DraftFileKind = z.enum(DRAFT_FILE_KINDS);
export type DraftFileKind = z.infer<typeof DraftFileKind>;

export const ConversationView = z.object({
  channel: ChannelRef,
  name: z.string(),
  pinned: z.boolean(),
  muted: z.boolean(),
  notify: ChatNotice.exactOptional(),
  /** Messages of others above the read position that are not recalled. */
  unread: z.int().min(0),
  /** Unread, un-recalled messages that mention me or everyone. */
  mentions: z.int().min(0),
  /** Unix seconds of the newest row (a recall never changes it). */
  timestamp: z.number(),
  lastMessageSeq: z.int(),
  /** Up to where this account has read, on any device. */
  readSeq: z.int(),
  preview: PreviewView,
  draft: z.string(),
  /** What else waits in its composer. */
  draftFiles: z.array(DraftFileKind).exactOptional(),
  /** Person channels: peer online now. */
  online: z.boolean(),
  /** Person channels: the account was closed. */
  destroyed: z.literal(true).exactOptional(),
  /** Marked as unread here by hand. */
  markedUnread: z.literal(true).exactOptional(),
  newReactions: NewReactions.exactOptional(),
  /** Where it was left when it was not read to its end. */
  place: ReadingPlace.exactOptional(),
});
export type ConversationView = z.infer<typeof ConversationView>;

// `muted`: until `mutedUntil`; `blacklisted`: by the group; `blocked`: by the other one; `destroyed`: it is closed.
/** Why the composer is closed; null = may send. */
export const ComposerBlock = z.enum([
  'muted',
  'blacklisted',
  'mutedAll',
  'left',
  'disbanded',
  'blocked',
  'blockedByMe',
  'destroyed',
  'kicked',
  'readOnly',
]);
export type ComposerBlock = z.infer<typeof ComposerBlock>;

/** Everything the chat head and the info pane need besides members. */
export const ChannelInfoView = z.object({
  channel: ChannelRef,
  name: z.string(),
  remark: z.string(),
  notice: z.string(),
  memberCount: z.int(),
  onlineCount: z.int(),
  online: z.boolean(),
  /** Unix seconds; 0 unknown. */
  lastOffline: z.number(),
  /** My role; null in person channels and when I am not a member. */
  myRole: RoleSchema.nullable(),
  muted: z.boolean(),
  pinned: z.boolean(),
  notify: ChatNotice.exactOptional(),
  /** Group-wide mute of ordinary members. */
  forbidden: z.boolean(),
  /** Only owner and managers may add members. */
  inviteOnly: z.boolean(),
  /** Members may not become friends through the group. */
  friendsForbidden: z.literal(true).exactOptional(),
  /** Who joins sees nothing of what was said before. */
  pastHidden: z.literal(true).exactOptional(),
  /** Every member may pin messages. */
  membersPin: z.literal(true).exactOptional(),
  /** In the contacts. */
  saved: z.literal(true).exactOptional(),
  /** Unix seconds until which I am muted, also while it is being lifted; absent = I am not. */
  mutedUntil: z.number().exactOptional(),
  /** Show the "X recalled a message" line (`revoke_remind`). The content is erased in either case. */
  showRecallNotes: z.boolean(),
  /** What I send here burns after reading. */
  flame: z.boolean(),
  /** So many seconds after it was opened; 0 = when the chat is left. */
  flameSeconds: z.int(),
  /** Seconds after which messages are deleted for everybody, 0 = never; absent: the server does not offer it. */
  autoDelete: z.int().exactOptional(),
  /** Person channels: is a friend. */
  friend: z.boolean(),
  /** Person channels, while online and known. */
  device: OnlineDevice.exactOptional(),
  /** Person channels: the account was closed. */
  destroyed: z.literal(true).exactOptional(),
  composerBlock: ComposerBlock.nullable(),
});
export type ChannelInfoView = z.infer<typeof ChannelInfoView>;

export const MemberView = z.object({
  uid: z.string(),
  name: z.string(),
  /** Nickname in the group, '' if none. */
  remark: z.string(),
  role: RoleSchema,
  /** Unix seconds until which the member is muted; 0 = not muted. */
  mutedUntil: z.number(),
  /** Where it is known: of friends, and of whom the group shows. */
  shortNo: z.string().exactOptional(),
  online: z.boolean(),
  /** The account was closed. */
  destroyed: z.literal(true).exactOptional(),
});
export type MemberView = z.infer<typeof MemberView>;

export const ContactView = z.object({
  uid: z.string(),
  name: z.string(),
  remark: z.string(),
  username: z.string(),
  /** By which two of one name are told apart; '' = not known. */
  shortNo: z.string().exactOptional(),
  online: z.boolean(),
  /** The account was closed. */
  destroyed: z.literal(true).exactOptional(),
  /** Latin initials/pinyin for sorting and matching, lower case. */
  sortKey: z.string(),
});
export type ContactView = z.infer<typeof ContactView>;

export const FriendRequestView = z.object({
  uid: z.string(),
  name: z.string(),
  remark: z.string(),
  status: z.enum(['new', 'accepted', 'refused']),
  token: z.string(),
});
export type FriendRequestView = z.infer<typeof FriendRequestView>;

/** The signed-in person. */
export const Me = z.object({
  uid: z.string(),
  name: z.string(),
  username: z.string(),
  shortNo: z.string(),
  server: z.string(),
});
export type Me = z.infer<typeof Me>;

export const TypingView = z.object({
  channel: ChannelRef,
  uid: z.string(),
  name: z.string(),
  untilMs: z.number(),
});
export type TypingView = z.infer<typeof TypingView>;
