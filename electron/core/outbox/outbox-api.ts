/** What the outbox needs from the other parts of the core. */
import type { ChannelRef, RecallDenial } from '../../../shared/domain.ts';
import type { Connection } from '../connection/connection-api.ts';
import type { ActionJob, SendJob } from '../store/jobs.ts';
import type { RecallSource } from '../store/server-records.ts';
import type { PinsOf } from '../account-store/pins.ts';
import type { ReactionsOf } from '../account-store/reactions.ts';
import type { Conversations, Messages, OutboxJobs } from '../account-store/store-api.ts';

export type RecallAnswer =
  /** `verify`: stored by the server, but it could not tell the others; the extras should be read again. */
  | { ok: true; verify: boolean }
  /** `doubtful`: perhaps no refusal, but a server in trouble. */
  | { ok: false; reason: RecallDenial; detail: string; doubtful?: boolean };

/**
 * The business server's part, implemented by `core/api`. Every call rejects with `CodedError`: `network` (tried again),
 * `unauthorized` (waits for a sign-in), anything else is a refusal.
 */
export interface OutboxApi {
  revoke(args: { channel: ChannelRef; messageId: string; clientMsgNo: string }): Promise<RecallAnswer>;
  edit(args: {
    channel: ChannelRef;
    messageId: string;
    messageSeq: number;
    payload: Record<string, unknown>;
  }): Promise<void>;
  /** Toggles: the emoji that is mine takes it back. */
  react(channel: ChannelRef, messageId: string, emoji: string): Promise<void>;
  /** Toggles: what is pinned is so no longer. */
  togglePin(channel: ChannelRef, messageId: string, messageSeq: number): Promise<void>;
  unpinAll(channel: ChannelRef): Promise<void>;
  deleteMessages(
    channel: ChannelRef,
    messages: readonly { messageId: string; messageSeq: number }[],
  ): Promise<void>;
  clearUnread(channel: ChannelRef, unread: number, messageSeq: number): Promise<void>;
  remindersDone(ids: readonly number[]): Promise<void>;
  /** Tells the authors that these messages of theirs were read. */
  reportRead(channel: ChannelRef, messageIds: readonly string[]): Promise<void>;
  /** A voice message of somebody else was heard. */
  reportPlayed(channel: ChannelRef, message: { messageId: string; messageSeq: number }): Promise<void>;
  /**
   * After how many seconds messages of this channel are deleted (0 = never), and after how many they burn once opened
   * (null = they do not).
   */
  endsOf(channel: ChannelRef): Promise<{ autoDelete: number; flame: number | null }>;
  /**
   * Is this own message, composed at `since` (server time, Unix seconds), already in the channel's history? null = no.
   */
  findByClientMsgNo(
    channel: ChannelRef,
    clientMsgNo: string,
    ownUid: string,
    since: number,
  ): Promise<{ messageId: string; messageSeq: number; storedAt?: number } | null>;
}

/** The part of the store that holds the jobs and takes their results. */
export interface OutboxStore {
  readonly readOnly: boolean;
  readonly outbox: Pick<
    OutboxJobs,
    | 'nextSends'
    | 'heldBack'
    | 'requeueSends'
    | 'sendJob'
    | 'markSends'
    | 'markFollowing'
    | 'startSend'
    | 'startNextSend'
    | 'updateSend'
    | 'removeSend'
    | 'pendingUploads'
    | 'setUploaded'
    | 'acknowledge'
    | 'acknowledgeAll'
    | 'recallJobs'
    | 'recallJob'
    | 'updateRecall'
    | 'denyRecall'
    | 'actionJobs'
    | 'updateAction'
    | 'removeAction'
  >;
  readonly messages: Pick<Messages, 'applyRecall'>;
  readonly pins: Pick<PinsOf, 'has' | 'putOwn' | 'putClear'>;
  readonly reactions: Pick<ReactionsOf, 'mine' | 'putOwn'>;
  readonly conversations: Pick<Conversations, 'setAutoDelete' | 'setFlameBeforeSend'>;
}

export interface OutboxOptions {
  store: OutboxStore;
  /** `replace`: the server's answers say that this connection is not what it should be. */
  connection: Pick<Connection, 'send' | 'state'> & Partial<Pick<Connection, 'replace'>>;
  api: OutboxApi;
  /**
   * Uploads the attachment of a job and answers the `url` of its payload, having told the one of its cover;
   * implemented by `core/media`.
   */
  attachments: { upload: (job: SendJob, onCover: (url: string) => void) => Promise<string> };
  me: { uid: string };
  /** Server clock, ms. */
  serverNowMs: () => number;
  /** Reads the extras of a channel again (after an edit, or a recall that has to be verified). */
  extraSync: {
    /** `messageId`: what the run should be silent about only if nothing happened to it (it is read back then). */
    request: (
      channel: ChannelRef,
      source: RecallSource,
      startedAt: number,
      messageId?: string,
    ) => Promise<void>;
  };
  /** Reads the pins of a channel again; rejects when the server cannot be asked. */
  pinSync: { request: (channel: ChannelRef) => Promise<void> };
  /** Reads the reactions of a channel again. */
  reactionSync: { request: (channel: ChannelRef) => Promise<void> };
  onUnauthorized: () => void;
  /** A SEND was refused because the group is gone, or this account is no longer in it. */
  onGroupGone?: (channel: ChannelRef, why: 'disbanded' | 'notMember') => void;
  /** Reads the server's rules again: a recall was refused, perhaps by others than those known here. */
  readRules?: () => Promise<void>;
  /**
   * How many messages the server knows above this seq. TSDD reads "all but so many" whatever seq it is told
   * (tsdd-api.md 4.2): what came since would be read by somebody who never saw it. null = not known yet after an
   * outage, ask again when the list was read. Default: none.
   */
  unreadAbove?: (channel: ChannelRef, messageSeq: number) => number | null;
  /** An edit, deletion … that the server refused for good; the job is gone. */
  onActionRefused?: (job: ActionJob, message: string) => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  timings?: Partial<OutboxTimings>;
}

export interface Outbox {
  /** There is new work, or the connection came (back) online: look at everything that waits. */
  kick: () => void;
  /** Starts nothing new; what is under way gets a moment to end. The jobs stay on disk. */
  close: () => Promise<void>;
}

export interface OutboxTimings {
  backoffFirstMs: number;
  backoffMaxMs: number;
  /**
   * A server may still be storing what it read from a connection that was lost: the history is asked this much later.
   */
  settleMs: number;
  /** `kick` does not repeat a request that failed this recently. */
  kickGapMs: number;
  /** How long `close` waits for what is under way. */
  closeGraceMs: number;
  maxSends: number;
  maxRequests: number;
  /** After so many answers that make no sense a request is dropped. */
  maxUnexpected: number;
  /** After so many answers with status 500 in a row a recall counts as refused, if the server does not show it. */
  maxServerFailures: number;
  /** Longest time between two tries of a message that waits for the server … */
  waitMaxMs: number;
  /** … which has failed when it has waited so long. */
  giveUpMs: number;
}

export const DEFAULT_TIMINGS: Readonly<OutboxTimings> = {
  backoffFirstMs: 1_000,
  backoffMaxMs: 60_000,
  settleMs: 500,
  kickGapMs: 1_000,
  closeGraceMs: 1_000,
  maxSends: 8,
  maxRequests: 4,
  maxUnexpected: 5,
  maxServerFailures: 3,
  waitMaxMs: 15_000,
  giveUpMs: 300_000,
};
