/**
 * What the store of one account offers to sync, outbox, media and handlers, one interface for each kind of thing. The
 * store is synchronous (better-sqlite3 in this worker thread). Every call that writes is one transaction over cache.db
 * and outbox.db, and records in `changes` what changed; from that the publisher builds deltas once per frame by reading
 * the views again. Which calls write is said at each interface.
 */
import type { HistoryLevel } from '../../../shared/ipc/contract/messages.ts';
import type { SharedKind } from '../../../shared/content/shared-kind.ts';
import type {
  ChannelInfoView,
  ChannelRef,
  ContactView,
  ConversationView,
  MemberView,
  MessageView,
  RecallDenial,
} from '../../../shared/domain.ts';
import type { MemberPage } from '../../../shared/ipc/contract/conversations.ts';
import type { ChatNotice } from '../../../shared/chat-notice.ts';
import type { DraftFile } from '../store/tables/outbox/draft-files.ts';
import type { DraftContent } from '../../../shared/ipc/contract/drafts.ts';
import type { PageAnchor, ReeditContent } from '../../../shared/ipc/contract/messages.ts';
import type { RecallLogEntry } from '../../../shared/ipc/contract/recall.ts';
import type { SearchCalls } from '../search/search-api.ts';
import type { BookmarksOf } from './bookmarks-api.ts';
import type { MediaFiles } from './media-files-api.ts';
import type { PacksOf } from './packs.ts';
import type { PinsOf } from './pins.ts';
import type { ReactionsOf } from './reactions.ts';
import type { StateValues } from './state-values.ts';
import type { Leftovers } from '../recall/erase-leftovers.ts';
import type { StoreChanges } from '../store/change-log.ts';
import type {
  ActionJob,
  NewRecall,
  NewSend,
  RecallChange,
  RecallJob,
  SendAnswer,
  SendJob,
} from '../store/jobs.ts';
import type {
  ConfirmedRecall,
  GroupRecord,
  MemberRecord,
  RecallSource,
  Reminder,
  ServerConversation,
  ServerExtra,
  ServerMessage,
  UserRecord,
} from '../store/server-records.ts';
import type { ChannelSettings } from '../store/tables/channels/channel-table.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import type { StreamChange } from '../store/tables/messages/stream-text.ts';
import type { DaysHere, NextTo } from '../store/views/chat-days.ts';
import type { RunExtent, RunQuery } from '../store/views/chat-run.ts';
import type { RecallLogQuery, SeenRecall } from '../store/views/recall-log.ts';
import type { SharedPage, SharedQuery } from '../store/views/shared-pages.ts';
import type { StoredPage } from '../store/views/pages.ts';

/**
 * Messages, what is known beside their content, and recalls. `ingest`, `applyExtras`, `applyRecall`, `deleteForMe`,
 * `referPinTips`, `markPlayed`, `openFlame`, `leaveFlames`, `eraseLeftovers`, `forgetHistory` and `setExtraVersion`
 * write; `forgetReedits` empties memory; everything else reads.
 */
/** The message a stream is of: nobody else's, and in no other chat. */
export interface StreamOf {
  channel: ChannelRef;
  fromUid: string;
  clientMsgNo: string;
}

/** A line of the server as it is stored (system-line.ts). */
export interface SystemLineRow {
  messageSeq: number;
  /** Unix seconds. */
  timestamp: number;
  payload: Record<string, unknown>;
}

export interface KnownStream {
  messageSeq: number;
  /** Unix seconds. */
  timestamp: number;
  /** msg_event_seq of the newest event that is in the text. */
  seq: number;
  state: 'none' | 'growing' | 'resting' | 'final';
  /** false: it is recalled, deleted, edited, complete, or no text. */
  takes: boolean;
  /** Length of what it says. */
  chars: number;
}

export interface Messages {
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
  applyExtras(
    channel: ChannelRef,
    extras: readonly ServerExtra[],
    source: RecallSource,
    startedAt: number,
  ): void;
  applyRecall(recall: ConfirmedRecall): void;
  /** Those of these messages of which an edit is known and its words are not: the history has them. */
  owingEdits(messageIds: readonly string[]): string[];
  /** What is known of a message that may grow; null = no such message. */
  streamOf(stream: StreamOf): KnownStream | null;
  /** Lets messages grow, those that still take it: what was erased or edited stays so. */
  growStreams(changes: readonly (StreamOf & { change: StreamChange })[]): void;
  /** This stream, or all, may go on unheard: searched as they are. */
  restStreams(stream?: StreamOf): void;
  /** Streams that were open when they were last heard of, newest first; `since`: Unix seconds. */
  openStreams(since: number, limit: number): { channel: ChannelRef; messageSeq: number }[];
  deleteForMe(channel: ChannelRef, messageIds: readonly string[]): void;
  /** Lines that say that a message was pinned and not yet which, newest first; times in Unix seconds. */
  unreferredPinTips(channel: ChannelRef): { messageId: string; messageSeq: number; timestamp: number }[];
  /** The newest lines of the server of this type that are shown, newest first; `payload` as it is kept of them. */
  systemLines(channel: ChannelRef, type: number, limit: number): SystemLineRow[];
  /** Which messages such lines are about. */
  referPinTips(references: readonly { tipId: string; messageId: string; messageSeq: number }[]): void;
  /**
   * Erases what is cached of a channel's history, to be read again on demand: it is not what the server shows any more.
   * Extras (recalls), the outbox and the place in the list stay. `restarted`: the server's seqs began anew, so that
   * positions and the extras' cursor mean nothing any more either. `hiddenUpTo`: the server shows me nothing at or
   * below this seq, so that it neither counts as unread nor is asked for; 0 (default) = as far as is known it shows
   * all.
   */
  forgetHistory(channel: ChannelRef, restarted?: boolean, hiddenUpTo?: number): void;
  page(channel: ChannelRef, anchor: PageAnchor, limit: number): StoredPage;
  get(channel: ChannelRef, key: string): MessageView | null;
  /** As `get`, with the content of what burns after reading before it is open: to load its file. */
  uncovered(channel: ChannelRef, key: string): MessageView | null;
  /** A level of a merged forward; null when the message is none, or does not show it. */
  level(channel: ChannelRef, key: string, path: readonly number[]): HistoryLevel | null;
  /** The entry of a merged forward that the key names (`entryKey`), as a message; null when there is none. */
  entry(channel: ChannelRef, key: string): MessageView | null;
  byId(messageId: string): MessageView | null;
  /** Those of these messages that this account knows as recalled, cached or not. */
  recalledOf(messageIds: ReadonlySet<string>): ReadonlySet<string>;
  /** Stored merged forwards hold copies of some of these messages. */
  inForwards(channel: ChannelRef, keys: readonly string[]): boolean;
  /** The chats in which these messages are cached, at most `limit` of them. */
  originsOf(messageIds: readonly string[], limit: number): ChannelRef[];
  /** Raw payload for edit, forward, quote; null when recalled or unknown, and of what burns after reading. */
  payloadOf(channel: ChannelRef, key: string): Record<string, unknown> | null;
  /**
   * Own text recalled on this device, for the composer; null when it is not offered (other author or revoker, older
   * than 5 minutes, setting off, after a restart). The quote is included only if it can still be quoted.
   */
  takeReedit(channel: ChannelRef, key: string): ReeditContent | null;
  /** A voice message of somebody else is heard; the outbox tells the server. false: it was before. */
  markPlayed(channel: ChannelRef, key: string): boolean;
  /**
   * Opens what burns after reading: it is shown, and gone at its second.
   *
   * @throws CodedError notFound; invalidState when there is nothing to be opened (any more).
   */
  openFlame(channel: ChannelRef, key: string): void;
  /** What burns when the chat is left (null: all chats), or only this message of it, is gone. */
  leaveFlames(channel: ChannelRef | null, key?: string): void;
  /** Erases once more what a recall should have taken: for the leak check. */
  eraseLeftovers(leftovers: Leftovers): void;
  /** Nothing that was recalled until now can be edited again. */
  forgetReedits(): void;
  recallLog(): RecallLogEntry[];
  /** The chat from its beginning on, a slice at a time, and how much there is of it (docs/chat-export.md). */
  runSlice(query: RunQuery & { after: number; upTo: number; limit: number }): MessageView[];
  runExtent(query: RunQuery): RunExtent;
  /** Unix seconds of the first cached message above a seq; null = none. */
  timeAbove(channel: ChannelRef, seq: number): number | null;
  /** On which of these days the chat has messages; `starts`: their beginnings and the end of the last, Unix seconds. */
  days(channel: ChannelRef, starts: readonly number[]): DaysHere;
  /** The first message from a time on (Unix seconds), else the last one before it. */
  nextTo(channel: ChannelRef, from: number): NextTo;
  /** What of the chat's shared content is cached, newest first. */
  shared(query: SharedQuery): SharedPage;
  recallsSeen(query: RecallLogQuery): SeenRecall[];
  sharedCounts(channel: ChannelRef): Record<SharedKind, number>;
  /** Highest seq known to exist; 0 = none. */
  lastSeq(channel: ChannelRef): number;
  /** Holes in what is cached, newest first. */
  gaps(channel: ChannelRef, limit: number): MissingRange[];
  /** Cursor of the incremental extra sync; starts at 1 (tsdd: 0 skips old recalls). */
  extraVersion(channel: ChannelRef): number;
  setExtraVersion(channel: ChannelRef, version: number): void;
}

/**
 * The list of conversations and the read positions. `list`, `get`, `flame`, `unreadInvitations`, `lastMessageSeqs` and
 * `badge` read, the others write.
 */
export interface Conversations {
  /** `complete`: what the list lacks is no conversation any more. */
  apply(list: readonly ServerConversation[], complete: boolean): void;
  list(): ConversationView[];
  get(channel: ChannelRef): ConversationView | null;
  /** Another device has read up to here. */
  markRead(channel: ChannelRef, seq: number): void;
  /**
   * Somebody has read up to here on this device. The requests that tell the server, and the authors who asked for a
   * read receipt, are in the outbox before the position is shown; they are due `READ_HOLD_MS` later, and a later
   * position replaces those that still wait. false: this was read before.
   */
  markReadHere(channel: ChannelRef, seq: number): boolean;
  /** Until it is opened or read anywhere. */
  setMarkedUnread(channel: ChannelRef, on: boolean): void;
  /** Where the chat was left; null = at its end. */
  setPlace(channel: ChannelRef, place: { messageSeq: number; offset: number } | null): void;
  /** The server shows me nothing at or below this seq any more, because I asked for that. */
  clearHistory(channel: ChannelRef, seq: number): void;
  hide(channel: ChannelRef): void;
  setFlags(channel: ChannelRef, flags: Partial<ChannelSettings>): void;
  /** How it is told of, as far as this computer decides it. */
  setNotice(channel: ChannelRef, change: Partial<ChatNotice>): void;
  /** What I send in this chat burns after reading: seconds; null = it does not. */
  flame(channel: ChannelRef): number | null;
  /** Seconds after which what I send in this chat is deleted everywhere; 0 = it is not, null = not known yet. */
  autoDelete(channel: ChannelRef): number | null;
  /** What the server answered to a question of this time (the server's, Unix seconds). */
  setAutoDelete(channel: ChannelRef, seconds: number, askedAt: number): void;
  /** The server lets people set that time, or does not. */
  setAutoDeleteOffered(offered: boolean): void;
  /** What I send in this chat burns so many seconds after it was opened: also what waits for `setAutoDelete`. */
  setFlameBeforeSend(channel: ChannelRef, seconds: number): void;
  applyReminders(reminders: readonly Reminder[]): void;
  /** Seqs of invitations to confirm that somebody reminded of and that are not cached, newest first. */
  unreadInvitations(channel: ChannelRef, limit: number): number[];
  /** `last_msg_seqs` of conversation/sync: `id:type:seq|…`. */
  lastMessageSeqs(): string;
  badge(): { unread: number; unreadWithMuted: number };
}

/** Users, groups and their members. The `put` calls and `setOnline` write, the others read. */
export interface People {
  putUsers(users: readonly UserRecord[]): void;
  /** The signed-in person is called so now. */
  setOwnName(name: string): void;
  /** Disbanded: nothing can be sent there any more. */
  closeGroup(groupNo: string, how?: 'disbanded' | 'left'): void;
  /** `device`: class of the device they are online with; null = not known. */
  setOnline(uid: string, online: boolean, atSeconds: number, device?: number | null): void;
  putGroups(groups: readonly GroupRecord[]): void;
  putMembers(groupNo: string, members: readonly MemberRecord[]): void;
  memberVersion(groupNo: string): number;
  /** All of a small group, the first of one with more than `WHOLE_MEMBER_LIST`: owner, managers, then by name. */
  members(groupNo: string): MemberView[];
  /** Those who match, in that order; `search` as in `channels.findMembers`. */
  memberPage(groupNo: string, query: { search: string; offset: number; limit: number }): MemberPage;
  /** Of these people the ones who are members. */
  membersOf(groupNo: string, uids: readonly string[]): MemberView[];
  /** Who is on the group's blacklist, in the group or not. */
  blacklist(groupNo: string): MemberView[];
  /** Of these people the ones who were members and are not any more. */
  formerMembers(groupNo: string, uids: readonly string[]): string[];
  channelInfo(channel: ChannelRef): ChannelInfoView;
  groups(): ChannelInfoView[];
  contacts(): ContactView[];
  /** Groups both of us are in, as far as their members were read. */
  commonGroups(uid: string): { channel: ChannelRef; name: string }[];
  /** As somebody calls himself in a chat, for others to read; '' = not known. */
  publicName(channel: ChannelRef, uid: string): string;
  userName(uid: string): string | null;
}

/**
 * The jobs and drafts of outbox.db. `nextSends`, `heldBack`, `sendJob`, `pendingUploads`, `attachmentFiles`,
 * `recallJobs`, `recallJob`, `actionJobs`, `draft` and `draftFiles` read, the others write. (`startNextSend` writes
 * nothing to the disk.)
 */
export interface OutboxJobs {
  addSend(job: NewSend): SendJob;
  /**
   * Several in one transaction, in this order. `soon`: they are marked with it (see `markSends`), as far as not too
   * many of their channel are, because they are likely to be sent at once. `instead`: files of drafts that are not
   * sent, because others are in their place; they end with it.
   */
  addSends(jobs: readonly NewSend[], soon: boolean, instead?: readonly string[]): SendJob[];
  /** No message waits, not even one that failed. */
  isEmpty(): boolean;
  /**
   * The oldest unfailed job of each channel, in order of composing, if it is queued: a channel whose oldest job is
   * `sending`, or whose attachment is not uploaded yet, has none. What is held back counts as not there.
   */
  nextSends(): SendJob[];
  /**
   * Ids of the queued jobs that wait for the outcome of a recall: copies of what is being recalled, also in merged
   * forwards. Recalled, they are dropped or lose it; refused or cancelled, they are sent.
   */
  heldBack(): number[];
  /**
   * At the start of the outbox: every job in state `sending` becomes `queued` (attempts kept). The process died before
   * the server's answer was stored; without this its channel would be blocked for ever.
   */
  requeueSends(): void;
  sendJob(channel: ChannelRef, key: string): SendJob | null;
  /**
   * The SENDs of these jobs are written soon. That they, and those of what follows in their channels, may have been
   * written is on the disk when this returns: they are marked.
   */
  markSends(ids: readonly number[]): void;
  /**
   * The SEND of this job is written next: `sending`, one attempt more, no reason. It is marked when this returns. Only
   * memory knows more of a job that was never tried before; the next start makes an attempt of every mark.
   */
  startSend(id: number): void;
  /**
   * `startSend` for the job after this one, if it is marked and never went out before, without touching the disk:
   * `after` is answered, but its answer not stored yet. null = there is none; then store the answer and look at
   * `nextSends`. Nobody is told of it before `markFollowing`.
   */
  startNextSend(after: SendJob): SendJob | null;
  /** Tells that this job was started, and marks what follows it in its channel when few marked ones are left. */
  markFollowing(job: SendJob): void;
  updateSend(
    id: number,
    change: Partial<Pick<SendJob, 'state' | 'attempts' | 'reason' | 'detail' | 'recallOnAck'>>,
  ): void;
  removeSend(id: number): void;
  /** SENDACK: moves a send job into the cache with its id and seq. Returns the key, or null if the job is gone. */
  acknowledge(job: SendJob, messageId: string, messageSeq: number, storedAt?: number): string | null;
  /** The same for several in one transaction; throws and stores none when one of them cannot be stored. */
  acknowledgeAll(answers: readonly SendAnswer[]): (string | null)[];
  /** Queued jobs whose attachment is not uploaded yet, in order of composing; none that are held back. */
  pendingUploads(): SendJob[];
  /** The attachment, or its cover, was uploaded: `url` goes into the payload. */
  setUploaded(id: number, url: string, field?: 'url' | 'cover'): void;
  /** Names of all staged files that jobs and drafts refer to. */
  attachmentFiles(): string[];
  addRecall(job: NewRecall): RecallJob;
  /** Several in one transaction. */
  addRecalls(jobs: readonly NewRecall[]): RecallJob[];
  recallJobs(): RecallJob[];
  recallJob(channel: ChannelRef, key: string): RecallJob | null;
  updateRecall(id: number, change: RecallChange): void;
  /** The job is over without a recall: the content is shown again, with `denied` for a while (memory only). */
  denyRecall(id: number, reason: RecallDenial, detail: string | null, atServerMs: number): void;
  cancelRecall(id: number): void;
  addAction(job: Omit<ActionJob, 'id' | 'attempts' | 'nextTryAtMs'>): ActionJob;
  actionJobs(): ActionJob[];
  updateAction(id: number, change: Partial<Pick<ActionJob, 'attempts' | 'nextTryAtMs'>>): void;
  removeAction(id: number): void;
  draft(channel: ChannelRef): DraftContent | null;
  setDraft(channel: ChannelRef, draft: DraftContent): void;
  /** Picked and not sent, in the order in which they were; null = of all channels. */
  draftFiles(channel: ChannelRef | null): DraftFile[];
  /** `instead`: files that give their place to it. */
  addDraftFile(file: DraftFile, instead: readonly string[]): void;
  /** It stands where the one before stood, which ends. */
  replaceDraftFile(before: string, file: DraftFile): void;
  removeDraftFiles(files: readonly string[]): void;
}

/** The value that keeps the server's time over restarts (`session/server-time.ts`). */
export const SERVER_OFFSET_STATE = 'serverOffsetMs';

export interface Store extends SearchCalls {
  /** What must survive a restart is refused with `readOnly`; what the server says is taken in, in memory. */
  readonly readOnly: boolean;
  readonly messages: Messages;
  readonly conversations: Conversations;
  readonly people: People;
  readonly outbox: OutboxJobs;
  readonly media: MediaFiles;
  readonly bookmarks: BookmarksOf;
  readonly pins: PinsOf;
  readonly packs: PacksOf;
  readonly reactions: ReactionsOf;
  readonly state: StateValues;

  /** TRUNCATE checkpoint now; the store itself schedules one within 5 s of a recall. Writes. */
  checkpoint(): void;
  /** Rewrites both databases without free pages, and takes the old pages off the disk. Writes. */
  vacuum(): void;
  /** Size of the search index, bytes; reads its pages. */
  indexBytes(): number;
  diagnostics(): { outboxJobs: number; cachedMessages: number; cacheBytes: number; schemaVersion: number };
  /** Empties the cache (not the outbox). Writes. */
  rebuild(): void;
  close(): void;
}

/** The store of one account as `openStore` returns it. */
export interface AccountStore extends Store {
  /** The clock is another one, or the computer woke up: what has expired by now goes at once. */
  expireDue(): void;
  readonly me: { readonly uid: string; readonly name: string };
  readonly changes: StoreChanges;
}
