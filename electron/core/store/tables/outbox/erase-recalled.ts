/** What a recall takes out of outbox.db: forwards, edits and quotes of the message that were not sent yet. */
import {
  entriesOf,
  forwardedIds,
  isForwardText,
  withoutEntries,
  wordsOfEntries,
} from '../../../../../shared/content/merged-forward.ts';
import type { StoreContext } from '../../context.ts';
import type { ActionJob } from '../../jobs.ts';
import { blankQuotes, quotedIds, type Payload } from '../messages/payload.ts';
import type { ActionJobs } from './action-jobs.ts';
import type { Drafts } from './drafts.ts';
import { recallKey, type RecallJobs } from './recall-jobs.ts';
import type { SendJobs } from './send-jobs.ts';
import type { SendRow } from './send-rows.ts';

interface Tables {
  sends: SendJobs;
  recalls: RecallJobs;
  actions: ActionJobs;
  drafts: Drafts;
}

interface Recalled {
  messageIds: ReadonlySet<string>;
  /** See `recallKey`. */
  keys: ReadonlySet<string>;
}

/**
 * Takes everything out of the outbox that still carries what the given messages said, in the caller's transaction.
 * Answers those of the ids and keys for which something was there.
 */
export function eraseRecalled(
  ctx: StoreContext,
  { sends, recalls, actions, drafts }: Tables,
  recalled: Recalled,
): ReadonlySet<string> {
  const { messageIds, keys } = recalled;
  for (const job of recalls.all()) {
    if (messageIds.has(job.messageId) || keys.has(recallKey(job.channel, job.messageKey)))
      recalls.remove(job.id);
  }
  const touched = new Set<string>();
  if (sends.isEmpty && !actions.mayHoldAny && !drafts.mayHoldAny) return touched;
  actions.dropWishes(messageIds);
  const payloads = [
    ...sends.rows().map((row) => eraseInSend(sends, row, recalled, touched)),
    ...actions.all().map((job) => eraseInAction(actions, job, recalled, touched)),
  ].filter((payload) => payload !== null);
  if (payloads.length > 0)
    ctx.afterCommit(() => ctx.onContentErased?.({ by: 'recall', messageIds: [...messageIds], payloads }));
  for (const messageId of drafts.dropQuotes(messageIds)) touched.add(messageId);
  return touched;
}

/** Answers the payload of a forward that was dropped. */
function eraseInSend(
  sends: SendJobs,
  row: SendRow,
  { messageIds }: Recalled,
  touched: Set<string>,
): string | null {
  if (row.forward_of !== null && messageIds.has(row.forward_of) && row.state !== 'sending') {
    sends.drop(row);
    touched.add(row.forward_of);
    return row.payload;
  }
  if (isForwardText(row.payload)) return eraseInForward(sends, row, messageIds, touched);
  if (row.quote_message_id === null || !messageIds.has(row.quote_message_id)) return null;
  const payload = JSON.stringify(blankQuotes(JSON.parse(row.payload), messageIds));
  if (payload !== row.payload) touched.add(row.quote_message_id);
  sends.setPayload(row, payload);
  return null;
}

/**
 * Copies of what was recalled leave a merged forward that waits, and take it along when nothing is left of it. What is
 * on its way is not taken out of its place, but is not sent once more with them. Answers what they said.
 */
function eraseInForward(
  sends: SendJobs,
  row: SendRow,
  messageIds: ReadonlySet<string>,
  touched: Set<string>,
): string | null {
  const before = JSON.parse(row.payload) as Payload;
  const found = [...forwardedIds(before)].filter((id) => messageIds.has(id));
  if (found.length === 0) return null;
  for (const id of found) touched.add(id);
  const after = withoutEntries(before, messageIds);
  if (entriesOf(after).length === 0 && row.state !== 'sending') sends.drop(row);
  else sends.setPayload(row, JSON.stringify(after));
  return JSON.stringify(wordsOfEntries(before, messageIds));
}

/** Answers the payload of an edit that was dropped. */
function eraseInAction(
  actions: ActionJobs,
  job: ActionJob,
  { messageIds, keys }: Recalled,
  touched: Set<string>,
): string | null {
  const targets = [job.args['messageId'], job.args['messageKey'], job.args['key']];
  const concerned = targets
    .filter((target) => typeof target === 'string')
    .flatMap((target) => [target, recallKey(job.channel, target)])
    .filter((name) => messageIds.has(name) || keys.has(name));
  if (job.kind === 'edit' && concerned.length > 0) {
    for (const name of concerned) touched.add(name);
    actions.remove(job.id);
    const { payload } = job.args;
    return payload === undefined ? null : JSON.stringify(payload);
  }
  const args = blankQuotes(job.args, messageIds) as ActionJob['args'];
  if (JSON.stringify(args) !== JSON.stringify(job.args)) {
    actions.update(job.id, { args });
    for (const id of quotedIds(job.args)) if (messageIds.has(id)) touched.add(id);
  }
  return null;
}
