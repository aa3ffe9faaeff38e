/**
 * What the guard asks of TSDD's database and what it keeps there itself. Behind an interface, so that everything but
 * the SQL is shown without a database.
 */

import type { Channel } from '../../business/im-client/channel-address.ts';

/** What became of a message: its row of TSDD's `message_extra`, and what the guard recorded. */
export interface MessageState {
  messageId: string;
  revoked: boolean;
  revoker: string;
  /** Deleted for everybody. */
  deleted: boolean;
}

/** A recalled message, as the guard recorded it. */
export interface RecallRecord {
  messageId: string;
  /** Stored form: the fake id of person channels. */
  channelId: string;
  channelType: number;
  messageSeq: number;
  fromUid: string;
  clientMsgNo: string;
  revoker: string;
  /** Microseconds, comparable with TSDD's extra_version. */
  version: number;
  /**
   * TSDD's own table does not have it: another stored copy, or a message that TSDD would have mistaken for another
   * with the same client number. The guard adds such rows to extra/sync.
   */
  guardOnly: boolean;
}

/** Names a sending: stored copies of a resend have the same (wukongim.md B.4). */
export interface SendingKey {
  channelId: string;
  channelType: number;
  fromUid: string;
  clientMsgNo: string;
}

/** What of a sending records are looked for by. */
export type Numbered = Pick<SendingKey, 'clientMsgNo'>;

export interface RecalledIn {
  ofAuthors: (Channel & { fromUid: string })[];
  channels: Channel[];
}

export interface AuditRow {
  id: number;
  /** ms */
  at: number;
  messageId: string;
  channelId: string;
  channelType: number;
  fromUid: string;
  revoker: string;
  /** `type` of the payload; 0 = unreadable. */
  messageType: number;
  /** Network address of the one who recalled. */
  address: string;
}

export interface AuditQuestion {
  /** Those with an id below; 0 = from the newest. */
  before: number;
  /** Those since then, ms. */
  since: number;
  /** Those of one who recalled; '' = everybody's. */
  revoker: string;
  limit: number;
}

/** A CMD that is still to go out (recall/announcements.ts). No words of anybody are in it. */
export interface PendingCommand {
  messageId: string;
  /** 0 = the first. */
  attempt: number;
  /** When it is to go out, ms. */
  due: number;
  /** When the recall was asked for, ms. */
  at: number;
  /** As the one who recalled names the channel. */
  channelId: string;
  channelType: number;
  revoker: string;
  clientMsgNo: string;
}

export interface CommandStore {
  /**
   * States of these messages (only those that have one), and the guard's records with the client numbers of these
   * sendings, in one batch.
   */
  states(
    messageIds: readonly string[],
    sendings: readonly Numbered[],
  ): Promise<{ states: MessageState[]; records: RecallRecord[] }>;
  /** Keeps commands; those of the same message and attempt take the place of older ones. */
  planCommands(commands: readonly PendingCommand[]): Promise<void>;
  /** Forgets commands, by message and attempt. */
  commandsDone(commands: readonly Pick<PendingCommand, 'messageId' | 'attempt'>[]): Promise<void>;
  /** Commands that are due before a time (ms), oldest first; nobody else is given them before `leasedUntil` (ms). */
  takeCommands(dueBefore: number, leasedUntil: number, limit: number): Promise<PendingCommand[]>;
}

export interface GuardStore extends CommandStore {
  /** What TSDD's own table alone says of these messages. */
  tsddStates(messageIds: readonly string[]): Promise<MessageState[]>;
  /** Roles in a group of those who are members. */
  roles(groupNo: string, uids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The window TSDD's administrator set, in seconds; -1 = for ever. */
  revokeSecond(): Promise<number>;
  /** Keeps records, for ever; those that are there stay as they are. Answers the ids of those that are new. */
  record(records: readonly RecallRecord[]): Promise<string[]>;
  /**
   * Where there are records: those of these authors with their channels (at most some of each author), and those of
   * these channels (stored form) that have any.
   */
  recalledIn(authors: readonly string[], channels: readonly Channel[]): Promise<RecalledIn>;
  /** Whether there is any `guardOnly` record. */
  anyGuardOnly(): Promise<boolean>;
  /** `guardOnly` records of a channel above a version, oldest first. */
  guardOnlySince(
    channelId: string,
    channelType: number,
    version: number,
    limit: number,
  ): Promise<RecallRecord[]>;
  audit(rows: readonly Omit<AuditRow, 'id'>[]): Promise<void>;
  /** Newest first. */
  auditOf(channelId: string, channelType: number, asked: AuditQuestion): Promise<AuditRow[]>;
  /** Forgets audit rows from before a time (ms). Answers how many. */
  purgeAudit(before: number): Promise<number>;
  close(): Promise<void>;
}

export function sendingKey(key: SendingKey): string {
  return `${key.channelType}\n${key.channelId}\n${key.fromUid}\n${key.clientMsgNo}`;
}
