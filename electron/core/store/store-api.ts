/**
 * What the store offers to sync, outbox and handlers. The store is synchronous (better-sqlite3 in this worker
 * thread); every method that writes is one transaction over cache.db (or outbox.db) and records what changed in
 * `changes`, from which the publisher builds deltas once per frame by reading the views again.
 */
import type {
  ChannelInfoView,
  ChannelRef,
  ContactView,
  ConversationView,
  MemberView,
  MessageView,
  RecallDenial,
  Role,
  ServerRules,
} from '../../../shared/domain.ts';
import type {
  DraftContent,
  PageAnchor,
  MemberPage,
  RecallLogEntry,
  ReeditContent,
  SearchResult,
} from '../../../shared/ipc/contract.ts';

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
  extra: ServerExtra | null;
}

export type RecallSource = RecallLogEntry['source'];

/** A recall the business server has confirmed. A CMD or a 1006 message alone never becomes one (design.md). */
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
  online: boolean;
  lastOffline: number;
  friend: boolean;
  muted: boolean;
  pinned: boolean;
  showRecallNotes: boolean;
  /** The user blocked me or I blocked them. */
  blocked: boolean;
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
  disbanded: boolean;
  muted: boolean;
  pinned: boolean;
  showRecallNotes: boolean;
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
  /** 2 = on the group's blacklist (muted for good). */
  status: number;
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

/** A message to send. `payload` is the complete JSON object that goes over the wire. */
export interface SendJob {
  id: number;
  channel: ChannelRef;
  clientMsgNo: string;
  payload: Record<string, unknown>;
  /** Server time (Unix seconds) at composing. */
  timestamp: number;
  state: 'queued' | 'sending' | 'failed';
  attempts: number;
  /** Failure reason and the server's text, when failed. */
  reason: string | null;
  detail: string | null;
  /**
   * Recall it as soon as it is acknowledged. `acknowledge` (and `ingest`, when the message turns up in history
   * first) then adds the recall job itself, in the same transaction.
   */
  recallOnAck: boolean;
  /** A forward: id of the message it copies. A recall of that message removes the job if it has not left. */
  forwardOf?: string | null;
  /** WuKongIM setting byte of the SEND; 0x80 = a read receipt is wanted. Default 0. */
  setting?: number;
  /** What has to be uploaded first; uploaded once `payload.url` is there. */
  attachment?: Attachment | null;
}

/** A message to send as it is composed. */
export type NewSend = Omit<SendJob, 'id' | 'state' | 'attempts' | 'reason' | 'detail' | 'recallOnAck'>;

/** What a SENDACK said about a job. */
export interface SendAnswer {
  job: SendJob;
  messageId: string;
  messageSeq: number;
}

/** A staged file in the folder `outbox-media` of the account. */
export interface Attachment {
  /** Its name there: random, says nothing about the content. */
  file: string;
  /** Checked image type, '' = not an image. */
  mime: string;
  /** Bytes. */
  size: number;
  /** Extension of the uploaded object, without dot. */
  extension: string;
}

/** A file in the folder `media` of the account. */
export interface MediaFile {
  /** Its name there: random. */
  file: string;
  /** Checked image type, '' = not an image. */
  mime: string;
  bytes: number;
}

/** Names of files that belong to nothing any more, by folder: to be erased from disk. */
export interface ErasedFiles {
  media: string[];
  attachments: string[];
}

export interface RecallJob {
  id: number;
  channel: ChannelRef;
  messageKey: string;
  messageId: string;
  clientMsgNo: string;
  state: 'pending' | 'queued';
  attempts: number;
  /** Local ms since epoch. */
  nextTryAtMs: number;
}

export type NewRecall = Omit<RecallJob, 'id' | 'state' | 'attempts' | 'nextTryAtMs'>;

/** Other durable requests: edit, deleteForMe, markRead … `args` is the JSON the executor needs. */
export interface ActionJob {
  id: number;
  kind: 'edit' | 'deleteForMe' | 'markRead' | 'reminderDone' | 'reportRead';
  channel: ChannelRef;
  args: Record<string, unknown>;
  attempts: number;
  nextTryAtMs: number;
}

export interface MissingRange {
  channel: ChannelRef;
  /** Inclusive message_seq bounds that are not known to be complete. */
  fromSeq: number;
  toSeq: number;
}

export interface StoredPage {
  messages: MessageView[];
  /** What has to be fetched from the server before this page is complete; null = complete. */
  missing: MissingRange | null;
  hasOlder: boolean;
  hasNewer: boolean;
}

export interface Store {
  readonly readOnly: boolean;

  // ---- messages ----
  /**
   * Stores messages in one transaction: dedupes by id and by (sender, client_msg_no), looks the extra up first,
   * scrubs what is recalled before its first insert, feeds search index, previews, unread. `range`: the seqs
   * [fromSeq, toSeq] are complete with these rows (history pages). Own messages found in the outbox leave it.
   */
  ingest(
    messages: readonly ServerMessage[],
    source: 'live' | 'history' | 'conversation',
    range?: MissingRange,
  ): void;
  /** SENDACK: moves a send job into the cache with its id and seq. Returns the key, or null if the job is gone. */
  acknowledge(job: SendJob, messageId: string, messageSeq: number): string | null;
  /** The same for several in one transaction; throws and stores none when one of them cannot be stored. */
  acknowledgeAll(answers: readonly SendAnswer[]): (string | null)[];
  applyExtras(
    channel: ChannelRef,
    extras: readonly ServerExtra[],
    source: RecallSource,
    startedAt: number,
  ): void;
  applyRecall(recall: ConfirmedRecall): void;
  deleteForMe(channel: ChannelRef, messageIds: readonly string[]): void;
  /**
   * Erases what is cached of a channel's history, to be read again on demand: it is not what the server shows any more.
   * Extras (recalls), the outbox and the place in the list stay. `restarted`: the server's seqs began anew, so that
   * positions and the extras' cursor mean nothing any more either. `hiddenUpTo`: the server shows me nothing at or below this
   * seq, so that it neither counts as unread nor is asked for; 0 (default) = as far as is known it shows all.
   */
  forgetHistory(channel: ChannelRef, restarted?: boolean, hiddenUpTo?: number): void;
  page(channel: ChannelRef, anchor: PageAnchor, limit: number): StoredPage;
  message(channel: ChannelRef, key: string): MessageView | null;
  messageById(messageId: string): MessageView | null;
  /** Raw payload for edit, forward, re-edit; null when recalled or unknown. */
  payloadOf(channel: ChannelRef, key: string): Record<string, unknown> | null;
  /**
   * Own text recalled on this device, for the composer; null when it is not offered (other author or revoker, older
   * than 5 minutes, setting off, after a restart). The quote is included only if it can still be quoted.
   */
  takeReedit(channel: ChannelRef, key: string): ReeditContent | null;
  /** Nothing that was recalled until now can be edited again. */
  forgetReedits(): void;
  /** Highest seq known to exist; 0 = none. */
  lastSeq(channel: ChannelRef): number;
  /** Holes in what is cached, newest first. */
  gaps(channel: ChannelRef, limit: number): MissingRange[];
  /** Cursor of the incremental extra sync; starts at 1 (tsdd: 0 skips old recalls). */
  extraVersion(channel: ChannelRef): number;
  setExtraVersion(channel: ChannelRef, version: number): void;

  // ---- conversations, people, groups ----
  applyConversations(list: readonly ServerConversation[], complete: boolean): void;
  conversations(): ConversationView[];
  conversation(channel: ChannelRef): ConversationView | null;
  /** Another device has read up to here. */
  markRead(channel: ChannelRef, seq: number): void;
  /**
   * Somebody has read up to here on this device. The requests that tell the server, and the authors who asked for a read
   * receipt, are in the outbox before the position is shown; they are due `READ_HOLD_MS` later, and a later position replaces
   * those that still wait. false: this was read before.
   */
  markReadHere(channel: ChannelRef, seq: number): boolean;
  hideConversation(channel: ChannelRef): void;
  setConversationFlags(
    channel: ChannelRef,
    flags: { pinned?: boolean; muted?: boolean; showRecallNotes?: boolean },
  ): void;
  /** `last_msg_seqs` of conversation/sync: `id:type:seq|…`. */
  lastMessageSeqs(): string;
  putUsers(users: readonly UserRecord[]): void;
  setOnline(uid: string, online: boolean, atSeconds: number): void;
  putGroups(groups: readonly GroupRecord[]): void;
  putMembers(groupNo: string, members: readonly MemberRecord[]): void;
  memberVersion(groupNo: string): number;
  /** All of a small group, the first of one with more than `WHOLE_MEMBER_LIST`: owner, managers, then by name. */
  members(groupNo: string): MemberView[];
  /** Those who match, in that order; `search` as in `channels.findMembers`. */
  memberPage(groupNo: string, query: { search: string; offset: number; limit: number }): MemberPage;
  /** Of these people the ones who are members. */
  membersOf(groupNo: string, uids: readonly string[]): MemberView[];
  channelInfo(channel: ChannelRef): ChannelInfoView;
  groups(): ChannelInfoView[];
  contacts(): ContactView[];
  userName(uid: string): string | null;
  applyReminders(reminders: readonly Reminder[]): void;

  // ---- outbox.db ----
  addSend(job: NewSend): SendJob;
  /**
   * Several in one transaction, in this order. `soon`: they are marked with it (see `markSends`), as far as not too many of
   * their channel are, because they are likely to be sent at once.
   */
  addSends(jobs: readonly NewSend[], soon: boolean): SendJob[];
  /**
   * The oldest unfailed job of each channel, in order of composing, if it is queued: a channel whose oldest job is
   * `sending`, or whose attachment is not uploaded yet, has none.
   */
  nextSends(): SendJob[];
  /**
   * At the start of the outbox: every job in state `sending` becomes `queued` (attempts kept). The process died before
   * the server's answer was stored; without this its channel would be blocked for ever.
   */
  requeueSends(): void;
  sendJob(channel: ChannelRef, key: string): SendJob | null;
  /**
   * The SENDs of these jobs are written soon. That they, and those of what follows in their channels, may have been written
   * is on the disk when this returns: they are marked.
   */
  markSends(ids: readonly number[]): void;
  /**
   * The SEND of this job is written next: `sending`, one attempt more, no reason. It is marked when this returns. Only
   * memory knows more of a job that was never tried before; the next start makes an attempt of every mark.
   */
  startSend(id: number): void;
  /**
   * `startSend` for the job after this one, if it is marked and never went out before, without touching the disk: `after`
   * is answered, but its answer not stored yet. null = there is none; then store the answer and look at `nextSends`.
   */
  startNextSend(after: SendJob): SendJob | null;
  /** Marks what follows this job in its channel when few marked ones are left. */
  markFollowing(job: SendJob): void;
  updateSend(
    id: number,
    change: Partial<Pick<SendJob, 'state' | 'attempts' | 'reason' | 'detail' | 'recallOnAck'>>,
  ): void;
  removeSend(id: number): void;
  /** Queued jobs whose attachment is not uploaded yet, in order of composing. */
  pendingUploads(): SendJob[];
  /** The attachment was uploaded: `url` goes into the payload. */
  setUploaded(id: number, url: string): void;
  /** Names of all staged files that jobs refer to. */
  attachmentFiles(): string[];
  addRecall(job: NewRecall): RecallJob;
  /** Several in one transaction. */
  addRecalls(jobs: readonly NewRecall[]): RecallJob[];
  recallJobs(): RecallJob[];
  recallJob(channel: ChannelRef, key: string): RecallJob | null;
  updateRecall(id: number, change: Partial<Pick<RecallJob, 'state' | 'attempts' | 'nextTryAtMs'>>): void;
  /** The job is over without a recall: the content is shown again, with `denied` for a while (memory only). */
  denyRecall(id: number, reason: RecallDenial, detail: string | null, atServerMs: number): void;
  cancelRecall(id: number): void;
  addAction(job: Omit<ActionJob, 'id' | 'attempts' | 'nextTryAtMs'>): ActionJob;
  actionJobs(): ActionJob[];
  updateAction(id: number, change: Partial<Pick<ActionJob, 'attempts' | 'nextTryAtMs'>>): void;
  removeAction(id: number): void;
  draft(channel: ChannelRef): DraftContent | null;
  setDraft(channel: ChannelRef, draft: DraftContent): void;

  // ---- files of messages (docs/media.md) ----
  /** The cached file of a message that can be shown now; null = none, or the message is gone, recalled, being recalled. */
  mediaFile(channel: ChannelRef, key: string): MediaFile | null;
  /** false: the message lost its content meanwhile, and the file has to go as well. */
  addMediaFile(channel: ChannelRef, key: string, file: MediaFile): boolean;
  /** All, least recently used first. */
  mediaFiles(): MediaFile[];
  dropMediaFiles(files: readonly string[]): void;
  erasedFiles(): ErasedFiles;
  forgetErasedFiles(files: ErasedFiles): void;

  // ---- misc ----
  search(query: {
    text: string;
    channel: ChannelRef | null;
    cursor: string | null;
    limit: number;
    fromUid: string | null;
    since: number | null;
    until: number | null;
  }): SearchResult;
  /** Small persistent values of this account (cached rules, friend version …). */
  getState(name: string): string | null;
  setState(name: string, value: string): void;
  rules(): ServerRules | null;
  badge(): { unread: number; unreadWithMuted: number };
  recallLog(): RecallLogEntry[];
  /** TRUNCATE checkpoint now; the store itself schedules one within 5 s of a recall. */
  checkpoint(): void;
  /** Size of the search index, bytes; reads its pages. */
  indexBytes(): number;
  diagnostics(): { outboxJobs: number; cachedMessages: number; cacheBytes: number; schemaVersion: number };
  /** Empties the cache (not the outbox). */
  rebuild(): void;
  close(): void;
}

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
  /** Read positions that moved forward (channel key -> seq): withdraw notifications up to there. */
  read: Map<string, number>;
}

/** Committed changes that nobody has taken yet. */
export interface StoreChanges {
  /** Called after each commit that changed something (synchronously, so schedule work instead of doing it). */
  subscribe(listener: () => void): () => void;
  /** Hands over everything since the last call and starts anew; null when there is nothing. */
  take(): ChangeSet | null;
}

/** The store of one account as `openStore` returns it. */
export interface AccountStore extends Store {
  readonly me: { readonly uid: string; readonly name: string };
  readonly changes: StoreChanges;
}
