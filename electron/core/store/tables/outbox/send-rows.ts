/** A row of `send_job` and the job that it stands for. */
import type { Attachment, SendJob } from '../../jobs.ts';
import { isObject } from '../../../../../shared/json.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';

export interface SendRow extends ChannelColumns {
  id: number;
  client_msg_no: string;
  payload: string;
  quote_message_id: string | null;
  forward_of: string | null;
  timestamp: number;
  state: SendJob['state'];
  attempts: number;
  reason: string | null;
  detail: string | null;
  recall_on_ack: number;
  setting: number;
  expire: number;
  /** JSON of an `Attachment`. */
  attachment: string | null;
  /** 1: marked, its SEND may have been written (docs/outbox.md). */
  ahead: number;
}

export function toSend(row: SendRow): SendJob {
  const payload: unknown = JSON.parse(row.payload);
  return {
    id: row.id,
    channel: channelOf(row),
    clientMsgNo: row.client_msg_no,
    payload: isObject(payload) ? payload : {},
    timestamp: row.timestamp,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    detail: row.detail,
    recallOnAck: row.recall_on_ack === 1,
    forwardOf: row.forward_of,
    setting: row.setting,
    expire: row.expire,
    attachment: row.attachment === null ? null : (JSON.parse(row.attachment) as Attachment),
  };
}

/** The bytes of a message with an attachment are on the server once its payload has an address. */
export const needsUpload = (job: Pick<SendJob, 'attachment' | 'payload'>): boolean =>
  Boolean(job.attachment) && !job.payload['url'];

/** Names of what is staged for it. */
export const attachedFiles = (attachment: Attachment | null | undefined): string[] =>
  attachment ? [attachment.file, ...attachedFiles(attachment.cover)] : [];

export const neverTried = (row: SendRow): boolean => row.state === 'queued' && row.attempts === 0;
