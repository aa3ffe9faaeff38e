/** The durable requests of outbox.db: messages to send, recalls, and everything else that must reach a server. */
import type { ChannelRef } from '../../../shared/domain.ts';

/** `SendJob.reason` of one that has not failed: the server has answered, but not taken it yet. */
export const WAITS_FOR_SERVER = 'waitsForServer';

/** `SendJob.expire` while nobody has asked after how long messages of the chat are deleted: it does not leave so. */
export const EXPIRE_UNKNOWN = -1;

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
  /** Failure reason and the server's text, when failed; else `WAITS_FOR_SERVER` or null. */
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
  /**
   * Seconds after its sending at which it is deleted everywhere (auto-delete of the chat). Default 0: never; or
   * `EXPIRE_UNKNOWN`.
   */
  expire?: number;
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
  /** When the server has stored it (its time, Unix seconds), where that is known: from its history. */
  storedAt?: number;
}

/** A staged file in the folder `outbox-media` of the account. */
export interface Attachment {
  /** Its name there: random, says nothing about the content. */
  file: string;
  /** Checked type of an image or a film, '' = sent as a file. */
  mime: string;
  /** Bytes. */
  size: number;
  /** Extension of the uploaded object, without dot. */
  extension: string;
  /** Of a film: uploaded before it, `payload.cover`. */
  cover?: Attachment;
}

export interface RecallJob {
  id: number;
  channel: ChannelRef;
  messageKey: string;
  messageId: string;
  clientMsgNo: string;
  state: 'pending' | 'queued';
  /** A server was asked and did not answer. Not on disk: after a start nobody has been asked. */
  waitsForServer?: boolean;
  attempts: number;
  /** Local ms since epoch. */
  nextTryAtMs: number;
}

export type NewRecall = Omit<RecallJob, 'id' | 'state' | 'waitsForServer' | 'attempts' | 'nextTryAtMs'>;

export type RecallChange = Partial<Pick<RecallJob, 'state' | 'waitsForServer' | 'attempts' | 'nextTryAtMs'>>;

/**
 * Other durable requests: edit, deleteForMe, markRead … `args` is the JSON the executor needs. `burn` is no request: a
 * message that was opened here and burns (`OpenedFlames`).
 */
export interface ActionJob {
  id: number;
  kind:
    | 'edit'
    | 'react'
    | 'pin'
    | 'unpinAll'
    | 'deleteForMe'
    | 'markRead'
    | 'reminderDone'
    | 'reportRead'
    | 'voicePlayed'
    | 'burn';
  channel: ChannelRef;
  args: Record<string, unknown>;
  attempts: number;
  nextTryAtMs: number;
}
