/** Which messages something in outbox.db is about: quotes, forwards, edits, reactions, pins, drafts, bookmarks. */
import type { ChannelRef } from '../../../../../shared/domain.ts';
import { forwardedIds } from '../../../../../shared/content/merged-forward.ts';
import { isObject } from '../../../../../shared/json.ts';
import { type ActionJobs, wishedId } from './action-jobs.ts';
import type { Bookmarks } from './bookmarks.ts';
import type { Drafts } from './drafts.ts';
import { editedId } from './drop-gone.ts';
import { channelOf } from './job-columns.ts';
import type { SendJobs } from './send-jobs.ts';

/** A message that is named. */
export interface WaitingName {
  messageId: string;
  /** Where it is, as far as what names it tells. */
  place: { channel: ChannelRef; seq: number } | null;
}

interface Tables {
  sends: SendJobs;
  actions: ActionJobs;
  bookmarks: Bookmarks;
  drafts: Drafts;
}

export function waitingNames({ sends, actions, bookmarks, drafts }: Tables): WaitingName[] {
  const names: WaitingName[] = [];
  const add = (messageId: string | null, channel: ChannelRef | null, seq: unknown): void => {
    const place = channel && typeof seq === 'number' && seq > 0 ? { channel, seq } : null;
    if (messageId !== null) names.push({ messageId, place });
  };
  for (const row of sends.isEmpty ? [] : sends.rows()) {
    add(row.forward_of, null, null);
    const payload: unknown = JSON.parse(row.payload);
    for (const [id, seq] of quotesIn(payload)) add(id, channelOf(row), seq);
    for (const id of isObject(payload) ? forwardedIds(payload) : []) add(id, null, null);
    add(row.quote_message_id, null, null);
  }
  for (const job of actions.mayHoldAny ? actions.all() : []) {
    add(editedId(job) ?? wishedId(job), job.channel, job.args['messageSeq']);
    for (const [id, seq] of quotesIn(job.args)) add(id, job.channel, seq);
  }
  for (const id of drafts.mayHoldAny ? drafts.quotedIds() : []) add(id, null, null);
  for (const { messageId, channel, messageSeq } of bookmarks.all()) add(messageId, channel, messageSeq);
  return names;
}

/** Id and seq of what is quoted anywhere in a JSON value. */
function quotesIn(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.flatMap(quotesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]): [string, unknown][] =>
    name === 'reply' && isObject(item) ? [[String(item['message_id']), item['message_seq']]] : quotesIn(item),
  );
}
