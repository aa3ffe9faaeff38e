/**
 * The one contract between renderer and main process: channel name -> schema of the argument and of the result.
 * `shellContract` is answered by the main thread itself, `coreContract` by the account worker of the signed-in
 * account (the main thread checks sender and argument, then forwards). Handler maps are typed by `Handlers<...>`, so
 * a missing handler is a compile error. Results travel as `Result<T>` (see result.ts).
 */
import { z } from 'zod';
import {
  ChannelInfoView,
  ChannelRef,
  ContactView,
  ConversationView,
  ConnectionState,
  FriendRequestView,
  Me,
  MemberView,
  MessageView,
  ServerRules,
  TransferView,
  TypingView,
} from '../domain.ts';
import { Mention } from '../content/message-content.ts';
import { Settings, SettingsPatch } from '../settings.ts';
import type { Result } from './result.ts';

const Nothing = z.undefined();
const Done = z.null();
const Uid = z.string().min(1).max(100);
const Key = z.string().min(1).max(400);
/** ui.md 3: the composer's limit in characters. */
export const MAX_TEXT_LENGTH = 5_000;
/** Largest file that is sent; TSDD's own clients stop at the same size. */
export const MAX_ATTACHMENT_BYTES = 100 * 1024 * 1024;
/** Largest piece of `attachments.append`. */
export const MAX_ATTACHMENT_PIECE_BYTES = 1024 * 1024;
const OneMessage = z.object({ channel: ChannelRef, key: Key });

function call<A extends z.ZodType, R extends z.ZodType>(args: A, result: R): { args: A; result: R } {
  return { args, result };
}

// ---- shell -------------------------------------------------------------------------------------------------

/** A known sign-in on this computer. Never holds the token. */
export const AccountEntry = z.object({
  id: z.string(),
  server: z.string(),
  uid: z.string(),
  username: z.string(),
  name: z.string(),
  /** A token is stored: opening the account needs no password. */
  keepSignedIn: z.boolean(),
});
export type AccountEntry = z.infer<typeof AccountEntry>;

export const ShellState = z.object({
  /** The account whose core runs; null = sign-in screen. */
  account: AccountEntry.nullable(),
  /** Most recently used first. */
  recentAccounts: z.array(AccountEntry),
  settings: Settings,
  /** Language in effect after resolving `system`. */
  language: z.enum(['zh', 'en']),
  /** Address of the embedded server, when it runs (`npm start`); offered on the sign-in form. */
  demoServer: z.string().nullable(),
  /** Prefilled server address (`--server`, or the last one used). */
  defaultServer: z.string(),
  /** `none`: tokens cannot be protected on this platform; the form says so. */
  tokenProtection: z.enum(['keychain', 'basic', 'none']),
  version: z.string(),
  platform: z.string(),
});
export type ShellState = z.infer<typeof ShellState>;

export const ServerProbe = z.object({
  /** Normalised origin (and path) that later calls use. */
  server: z.string(),
  latencyMs: z.number(),
  rules: ServerRules,
  /** Plain http to something that is not this computer. */
  insecure: z.boolean(),
});
export type ServerProbe = z.infer<typeof ServerProbe>;

const Password = z.string().min(1).max(200);

export const shellContract = {
  'shell.state': call(Nothing, ShellState),
  'shell.probe': call(z.object({ server: z.string().max(500) }), ServerProbe),
  'shell.login': call(
    z.object({
      server: z.string().max(500),
      username: z.string().max(100),
      password: Password,
      keepSignedIn: z.boolean(),
    }),
    AccountEntry,
  ),
  'shell.register': call(
    z.object({
      server: z.string().max(500),
      username: z.string().min(8).max(22),
      password: z.string().min(6).max(200),
      name: z.string().min(1).max(40),
      keepSignedIn: z.boolean(),
    }),
    AccountEntry,
  ),
  /** Opens a remembered account with its stored token; `unauthorized` if there is none or it is refused. */
  'shell.openAccount': call(z.object({ id: z.string() }), AccountEntry),
  /** Removes a remembered account and its cache from this computer. */
  'shell.forgetAccount': call(z.object({ id: z.string() }), Done),
  /** Ends the session of the open account and erases its cache (ui.md 8 `signout`). */
  'shell.signOut': call(Nothing, Done),
  'shell.setSettings': call(SettingsPatch, Settings),
  /** http, https and mailto only. */
  'shell.openExternal': call(z.object({ url: z.string().max(4_000) }), Done),
  /** Asks where to, then writes diagnostics and the end of the log there; no content. false = the user cancelled. */
  'shell.exportDiagnostics': call(Nothing, z.object({ saved: z.boolean() })),
  'shell.copyText': call(z.object({ text: z.string().max(100_000) }), Done),
  /** Which conversation is on screen: its messages raise no notification while the window has focus. */
  'shell.setActiveChannel': call(z.object({ channel: ChannelRef.nullable() }), Done),
  /** Asks where to save the image or file of a message and saves it there; the path never comes from the page. */
  'shell.saveMedia': call(OneMessage, z.object({ saved: z.boolean() })),
  /** Opens the file of a message with the system's program. `refused` for what the system would run. */
  'shell.openMedia': call(OneMessage, Done),
  /** Shows the copy saved with `shell.saveMedia` in its folder; `notFound` if this session saved none. */
  'shell.showMedia': call(OneMessage, Done),
  'shell.quit': call(Nothing, Done),
} as const;

// ---- core --------------------------------------------------------------------------------------------------

export const ReadOnlyReason = z.enum([
  'diskFull',
  /** No permission, a read-only file system, a failing disk. */
  'notWritable',
  /** Unsent words in the files belong to a newer version of the app. */
  'newerData',
]);
export type ReadOnlyReason = z.infer<typeof ReadOnlyReason>;

/** How the account's files are doing, since the account was opened (docs/storage.md). */
export const StorageState = z.object({
  /** Nothing is written: what is shown is in memory, what the user would write is refused. null = all is well. */
  readOnly: ReadOnlyReason.nullable(),
  /** The cache had to be replaced and is downloaded again; unsent words were kept. */
  cacheReplaced: z.enum(['damaged', 'newer']).nullable(),
  /** The file of unsent words was damaged: it is kept under this name, and so many entries could be read from it. */
  outboxDamage: z.object({ keptAs: z.string(), recovered: z.int() }).nullable(),
});
export type StorageState = z.infer<typeof StorageState>;

export const Bootstrap = z.object({
  me: Me,
  connection: ConnectionState,
  /** null until appconfig was read once (it is cached on disk). */
  rules: ServerRules.nullable(),
  /** Server clock minus local clock, ms; 0 until known. */
  serverOffsetMs: z.number(),
  conversations: z.array(ConversationView),
  friendRequests: z.int(),
  storage: StorageState,
});
export type Bootstrap = z.infer<typeof Bootstrap>;

export const PageAnchor = z.discriminatedUnion('at', [
  z.object({ at: z.literal('latest') }),
  /** Messages with a lower `order` than `order`, the highest `limit` of them. */
  z.object({ at: z.literal('before'), order: z.number() }),
  z.object({ at: z.literal('after'), order: z.number() }),
  /** A page around one message (jump to quote, search hit). */
  z.object({ at: z.literal('around'), messageSeq: z.int() }),
]);
export type PageAnchor = z.infer<typeof PageAnchor>;

/** A larger group is never sent to the page whole. */
export const WHOLE_MEMBER_LIST = 200;
/** Most members of one answer. */
export const MAX_MEMBER_PAGE = 200;

export const MemberPage = z.object({
  members: z.array(MemberView),
  /** How many match. */
  total: z.int(),
});
export type MemberPage = z.infer<typeof MemberPage>;

export const MessagePage = z.object({
  /** Ascending by `order`. */
  messages: z.array(MessageView),
  hasOlder: z.boolean(),
  hasNewer: z.boolean(),
  /** The page came from the cache only because the server could not be asked. */
  offline: z.boolean(),
});
export type MessagePage = z.infer<typeof MessagePage>;

export const SearchHit = z.object({
  message: MessageView,
  channelName: z.string(),
  /** Half-open ranges [start, end) of the hit in the text of `message.content`. */
  ranges: z.array(z.tuple([z.int(), z.int()])),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchResult = z.object({
  messages: z.array(SearchHit),
  /** Pass back as `cursor` for the next page; null = no more. */
  cursor: z.string().nullable(),
  contacts: z.array(ContactView),
  groups: z.array(z.object({ channel: ChannelRef, name: z.string(), memberCount: z.int() })),
});
export type SearchResult = z.infer<typeof SearchResult>;

/** The places that a recall empties and that the log of recalls names. */
export const RECALL_SURFACES = [
  'bubbles',
  'preview',
  'quotes',
  'search',
  'unread',
  'media',
  'outbox',
] as const;
export type RecallSurface = (typeof RECALL_SURFACES)[number];

export const RecallLogEntry = z.object({
  atMs: z.number(),
  source: z.enum(['own', 'cmd', 'notice', 'history', 'conversation', 'extra']),
  /** From the first sign of the recall to the commit of its erasure. */
  tookMs: z.number(),
  /** Where it was, and is no more; empty when nothing of it was on this computer. */
  surfaces: z.array(z.enum(RECALL_SURFACES)).default([]),
});

export type RecallLogEntry = z.infer<typeof RecallLogEntry>;

/** The places a recalled text could hide in, in the order of ui.md 4 (settings, leak check). */
export const LEAK_SURFACES = [
  'bubbles',
  'preview',
  'quotes',
  'search',
  'notifications',
  'unread',
  'media',
  'disk',
] as const;

export const LeakCheck = z.object({
  checkedAtMs: z.number(),
  lastRecall: RecallLogEntry.nullable(),
  /** How many recalled messages were checked. */
  recalls: z.int(),
  surfaces: z.array(
    z.object({
      surface: z.enum(LEAK_SURFACES),
      ok: z.boolean(),
      /** Cleared places, removed entries, bytes found … what `surface` counts. */
      count: z.int(),
      /** Residue was found and erased. */
      repaired: z.boolean(),
    }),
  ),
});
export type LeakCheck = z.infer<typeof LeakCheck>;

export const Diagnostics = z.object({
  connection: ConnectionState,
  transport: z.string(),
  pingMs: z.number().nullable(),
  serverOffsetMs: z.number(),
  outboxJobs: z.int(),
  cachedMessages: z.int(),
  cacheBytes: z.int(),
  schemaVersion: z.int(),
  storage: StorageState,
  /** How far each kind of change has been read, as the server counts. */
  cursors: z.object({ conversations: z.int(), friends: z.int(), reminders: z.int(), extras: z.int() }),
  /** Programs this one is made of, by name. */
  versions: z.record(z.string(), z.string()),
  recalls: z.array(RecallLogEntry),
});
export type Diagnostics = z.infer<typeof Diagnostics>;

/** Bytes on disk, by kind. */
export const StorageUsage = z.object({
  /** Cached messages, conversations and people. */
  messages: z.int(),
  /** Search index. */
  index: z.int(),
  media: z.int(),
  /** Unsent words and their attachments, with damaged files that are kept. */
  outbox: z.int(),
  logs: z.int(),
  /** What Chromium keeps of the page itself. */
  page: z.int(),
  /** Caches of other accounts of this profile. */
  otherAccounts: z.int(),
  cachedMessages: z.int(),
  mediaFiles: z.int(),
  outboxJobs: z.int(),
});
export type StorageUsage = z.infer<typeof StorageUsage>;

/** A device that signed in to the account. */
export const DeviceView = z.object({
  deviceId: z.string(),
  name: z.string(),
  model: z.string(),
  /** The server's local time, as it writes it: `YYYY-MM-DD HH:mm`; "" unknown. */
  lastLogin: z.string(),
  thisDevice: z.boolean(),
});
export type DeviceView = z.infer<typeof DeviceView>;

/** Text, line breaks, mentions and quote of an own recalled message, for the composer. */
export const ReeditContent = z.object({
  text: z.string(),
  mention: Mention,
  /** Names of the mentioned, so that the composer can rebuild its tokens. */
  mentionNames: z.record(z.string(), z.string()),
  replyTo: z.object({ key: z.string(), messageId: z.string() }).nullable(),
});
export type ReeditContent = z.infer<typeof ReeditContent>;

export const DraftContent = z.object({
  text: z.string().max(20_000),
  mention: Mention,
  mentionNames: z.record(z.string(), z.string()),
  replyToMessageId: z.string().nullable(),
});
export type DraftContent = z.infer<typeof DraftContent>;

const ChannelArg = z.object({ channel: ChannelRef });

export const AttachmentItem = z.object({
  attachmentId: z.string().max(64),
  kind: z.enum(['image', 'file']),
  /** Pixels; 0 for files. */
  width: z.int().min(0).max(100_000),
  height: z.int().min(0).max(100_000),
});
export type AttachmentItem = z.infer<typeof AttachmentItem>;

export const coreContract = {
  'core.bootstrap': call(Nothing, Bootstrap),
  /** The page has applied one `core.deltas`; the core sends no more than two that were not (electron/core/delta-flow.ts). */
  'core.deltasTaken': call(Nothing, Done),
  'connection.retry': call(Nothing, Done),

  'conversations.markRead': call(z.object({ channel: ChannelRef, messageSeq: z.int().min(0) }), Done),
  'conversations.setPinned': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'conversations.setMuted': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'conversations.setRecallNotes': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'conversations.hide': call(ChannelArg, Done),

  /** Tells the core which conversation is open (it syncs that one first) and returns its info. */
  'channels.open': call(ChannelArg, ChannelInfoView),
  'channels.close': call(ChannelArg, Done),
  /**
   * Members of a group: owner, managers, then the others by name. All of a group of up to `WHOLE_MEMBER_LIST`, only the first
   * of a larger one (so do `members` deltas); with `uids` those of them who are members.
   */
  'channels.members': call(
    z.object({ channel: ChannelRef, uids: z.array(Uid).max(MAX_MEMBER_PAGE).optional() }),
    z.array(MemberView),
  ),
  /** Members with `search` in name, nickname, pinyin or initials ('' = all), names that begin with it first. From the cache. */
  'channels.findMembers': call(
    z.object({
      channel: ChannelRef,
      search: z.string().max(100),
      offset: z.int().min(0),
      limit: z.int().min(1).max(MAX_MEMBER_PAGE),
    }),
    MemberPage,
  ),

  'messages.page': call(
    z.object({ channel: ChannelRef, anchor: PageAnchor, limit: z.int().min(1).max(200) }),
    MessagePage,
  ),
  /** Stores the message in the outbox and returns it as queued; its fate arrives as deltas. */
  'messages.send': call(
    z.object({
      channel: ChannelRef,
      text: z.string().min(1).max(MAX_TEXT_LENGTH),
      mention: Mention,
      replyToMessageId: z.string().nullable(),
    }),
    MessageView,
  ),
  /** Opens a staging file for something to send. Pieces follow with `attachments.append`. */
  'attachments.begin': call(
    z.object({
      channel: ChannelRef,
      name: z.string().min(1).max(255),
      size: z.int().min(1).max(MAX_ATTACHMENT_BYTES),
      mime: z.string().max(100),
    }),
    z.object({ id: z.string() }),
  ),
  /** `offset` must be what was received so far; answers how much was received with this piece. */
  'attachments.append': call(
    z.object({
      id: z.string().max(64),
      offset: z.int().min(0),
      bytes: z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.length > 0 && bytes.length <= MAX_ATTACHMENT_PIECE_BYTES, {
          error: `a piece has 1 to ${MAX_ATTACHMENT_PIECE_BYTES} bytes`,
        }),
    }),
    z.object({ received: z.int() }),
  ),
  'attachments.discard': call(z.object({ id: z.string().max(64) }), Done),
  /**
   * One message per item, then one with the text unless that is empty, each stored in the outbox before this answers; the
   * quote goes with the first of them. `content.url` of an own message is '' until its bytes are uploaded.
   */
  'messages.sendAttachments': call(
    z.object({
      channel: ChannelRef,
      items: z.array(AttachmentItem).min(1).max(20),
      text: z.string().max(MAX_TEXT_LENGTH),
      mention: Mention,
      replyToMessageId: z.string().nullable(),
    }),
    z.array(MessageView),
  ),
  /**
   * Loads the image or file of a message if it is not here yet. `url` shows an image (`<img src>`); it is dead as soon as
   * the message is recalled, deleted or another account is opened. Fails with `network`, `notFound` (the server has no
   * such file), `refused` (too large, not an image), `invalidState` (recalled, deleted, cancelled).
   */
  'media.load': call(OneMessage, z.object({ url: z.string(), bytes: z.int() })),
  /** Ends a running download, or an upload: its message stays, as failed with the reason `cancelled`. */
  'media.cancel': call(OneMessage, Done),
  'messages.retry': call(OneMessage, Done),
  /** Deletes a failed or still queued message from the outbox. */
  'messages.discard': call(OneMessage, Done),
  /** Durable: answers once the job is on disk; the outcome arrives as a delta of the message's `recall`. */
  'messages.recall': call(OneMessage, Done),
  'messages.cancelRecall': call(OneMessage, Done),
  /** Several at once; each has its own durable job and its own outcome, which arrive as deltas. At most 100. */
  'messages.recallMany': call(z.object({ channel: ChannelRef, keys: z.array(Key).min(1).max(100) }), Done),
  'messages.reedit': call(OneMessage, ReeditContent),
  'messages.edit': call(
    z.object({ channel: ChannelRef, key: Key, text: z.string().min(1).max(MAX_TEXT_LENGTH) }),
    Done,
  ),
  'messages.deleteForMe': call(z.object({ channel: ChannelRef, keys: z.array(Key).min(1).max(100) }), Done),
  'messages.forward': call(
    z.object({
      channel: ChannelRef,
      keys: z.array(Key).min(1).max(100),
      to: z.array(ChannelRef).min(1).max(20),
    }),
    z.object({ sent: z.int(), skipped: z.int() }),
  ),
  'messages.typing': call(ChannelArg, Done),

  'drafts.get': call(ChannelArg, DraftContent.nullable()),
  /** An empty text removes the draft. */
  'drafts.set': call(z.object({ channel: ChannelRef, draft: DraftContent }), Done),

  'search.query': call(
    z.object({
      text: z.string().max(200),
      /** null = everywhere. */
      channel: ChannelRef.nullable(),
      cursor: z.string().nullable(),
      limit: z.int().min(1).max(100),
      fromUid: Uid.nullable(),
      /** Unix seconds, inclusive / exclusive; null = open. */
      since: z.number().nullable(),
      until: z.number().nullable(),
    }),
    SearchResult,
  ),

  'contacts.list': call(Nothing, z.array(ContactView)),
  /** Exact user name or number; null = nobody. `applied` tells whether a request can be sent from here. */
  'contacts.find': call(
    z.object({ keyword: z.string().min(1).max(100) }),
    z.object({ uid: z.string(), name: z.string(), vercode: z.string(), friend: z.boolean() }).nullable(),
  ),
  'contacts.apply': call(z.object({ uid: Uid, vercode: z.string(), remark: z.string().max(200) }), Done),
  'contacts.requests': call(Nothing, z.array(FriendRequestView)),
  'contacts.accept': call(z.object({ token: z.string() }), Done),
  'contacts.refuse': call(z.object({ uid: Uid }), Done),

  'groups.list': call(Nothing, z.array(ChannelInfoView)),
  'groups.create': call(
    z.object({ memberUids: z.array(Uid).min(1).max(500), name: z.string().max(40) }),
    z.object({ channel: ChannelRef, dropped: z.int() }),
  ),
  'groups.update': call(
    z.object({
      channel: ChannelRef,
      name: z.string().min(1).max(40).optional(),
      notice: z.string().max(2_000).optional(),
    }),
    Done,
  ),
  'groups.addMembers': call(
    z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }),
    z.object({ dropped: z.int() }),
  ),
  'groups.removeMembers': call(z.object({ channel: ChannelRef, uids: z.array(Uid).min(1).max(500) }), Done),
  'groups.setManager': call(z.object({ channel: ChannelRef, uid: Uid, on: z.boolean() }), Done),
  'groups.setForbidden': call(z.object({ channel: ChannelRef, on: z.boolean() }), Done),
  'groups.leave': call(ChannelArg, Done),
  'groups.disband': call(ChannelArg, Done),

  /** Drops the cache and downloads it again; unsent words are kept (ui.md 8 `cache.rebuild`). */
  'storage.rebuildCache': call(Nothing, Done),
  'storage.usage': call(Nothing, StorageUsage),
  /** Erases cached images and files; they are loaded again when they are looked at. What waits to be sent stays. */
  'storage.clearMedia': call(Nothing, z.object({ files: z.int(), bytes: z.int() })),
  'account.devices': call(Nothing, z.array(DeviceView)),
  /** Takes a device off the list; it does not sign it out. No error for an id that is not on it. */
  'account.removeDevice': call(z.object({ deviceId: z.string().min(1).max(100) }), Done),
  'diagnostics.get': call(Nothing, Diagnostics),
  /** Looks for residue of recalled messages in cache, index, files of the profile and shown notifications. */
  'recall.leakCheck': call(Nothing, LeakCheck),
} as const;

export type ShellContract = typeof shellContract;
export type CoreContract = typeof coreContract;
export type Contract = ShellContract & CoreContract;
export const contract: Contract = { ...shellContract, ...coreContract };

export type ChannelName = keyof Contract;
export type Args<K extends ChannelName> = z.input<Contract[K]['args']>;
export type ParsedArgs<K extends ChannelName> = z.output<Contract[K]['args']>;
export type Value<K extends ChannelName> = z.output<Contract[K]['result']>;

/** One handler per channel of a contract; throw `CodedError` to answer with a code. */
export type Handlers<C extends keyof Contract> = {
  [K in C]: (args: ParsedArgs<K>) => Value<K> | Promise<Value<K>>;
};

// ---- events ------------------------------------------------------------------------------------------------

/** What changed in the core; pushed in batches of at most one per frame, in commit order. */
export const CoreDelta = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('connection'), connection: ConnectionState }),
  z.object({ kind: z.literal('rules'), rules: ServerRules, serverOffsetMs: z.number() }),
  z.object({
    kind: z.literal('conversations'),
    upserts: z.array(ConversationView),
    removed: z.array(ChannelRef),
  }),
  /** Messages that are new or changed. The renderer keeps what belongs to a window it has loaded. */
  z.object({
    kind: z.literal('messages'),
    channel: ChannelRef,
    upserts: z.array(MessageView),
    removed: z.array(z.string()),
    /** true = arrived live just now (for announcements), false = history, state change, sync. */
    live: z.boolean(),
  }),
  /** The loaded window is no longer valid (gap filled, cache rebuilt): load the page again. */
  z.object({ kind: z.literal('reload'), channel: ChannelRef }),
  z.object({ kind: z.literal('channelInfo'), info: ChannelInfoView }),
  /** Something about the members changed. `members` as `channels.members` gives them: of a large group only the first. */
  z.object({ kind: z.literal('members'), channel: ChannelRef, members: z.array(MemberView) }),
  z.object({ kind: z.literal('typing'), typing: TypingView }),
  z.object({ kind: z.literal('contacts') }),
  /** Another device wrote the draft of this channel. */
  z.object({ kind: z.literal('draft'), channel: ChannelRef }),
  z.object({ kind: z.literal('friendRequests'), count: z.int() }),
  z.object({ kind: z.literal('storage'), storage: StorageState }),
  z.object({ kind: z.literal('me'), me: Me }),
  z.object({ kind: z.literal('transfers'), transfers: z.array(TransferView) }),
  /**
   * The server refused something that was already shown as done (an edit, a deletion); it is not tried again. `message` is
   * the server's text, `key` the message it was about, null when it was about several.
   */
  z.object({
    kind: z.literal('actionRefused'),
    action: z.enum(['edit', 'deleteForMe']),
    channel: ChannelRef,
    key: z.string().nullable(),
    message: z.string(),
  }),
]);
export type CoreDelta = z.infer<typeof CoreDelta>;

export interface Events {
  'core.deltas': CoreDelta[];
  /** Accounts, settings, language or protection changed. */
  'shell.changed': ShellState;
  /** Something outside the page asked for a place in it (notification click, menu, tray, shortcut). */
  'shell.navigate':
    | { to: 'channel'; channel: ChannelRef; messageSeq: number | null }
    | { to: 'settings' }
    | { to: 'newGroup' }
    | { to: 'search' };
}
export type EventName = keyof Events;

/** What the preload exposes as `window.wukong`. */
export interface WukongBridge {
  invoke<K extends ChannelName>(channel: K, args: Args<K>): Promise<Result<Value<K>>>;
  /** Returns the function that ends the subscription. */
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): () => void;
}
