/** Taking messages back: out of the outbox before they left, with a durable recall job after that. */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { NewRecall, SendJob } from '../store/jobs.ts';
import type { CoreContext } from './core-context.ts';

/** @throws CodedError notFound */
export function findMessage({ store }: CoreContext, channel: ChannelRef, key: string): MessageView {
  const message = store.messages.get(channel, key);
  if (!message) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
  return message;
}

/**
 * Takes back what is in the outbox. What was on the wire once may be on the server although no answer came: it is
 * looked for and recalled there (the outbox does that), not just forgotten here.
 */
export function withdrawSend({ store, media, outbox }: CoreContext, job: SendJob): void {
  const mayHaveArrived = job.state === 'sending' || (job.state === 'queued' && job.attempts > 0);
  if (mayHaveArrived) store.outbox.updateSend(job.id, { recallOnAck: true });
  else {
    store.outbox.removeSend(job.id);
    if (!job.attachment) return outbox.kick();
    for (const url of [job.payload['url'], job.payload['cover']])
      if (typeof url === 'string' && url !== '') media.discardUpload(url);
  }
  outbox.kick();
}

/**
 * Writes the durable recall jobs; whether they may be recalled is the server's decision, which comes back as deltas.
 */
export function requestRecalls(context: CoreContext, channel: ChannelRef, keys: readonly string[]): void {
  const { store, media, outbox } = context;
  const jobs = keys.map((key) => recallOf(context, channel, key)).filter((job) => job !== null);
  if (jobs.length > 0) store.outbox.addRecalls(jobs);
  for (const { messageKey } of jobs) media.withhold(channel, messageKey);
  outbox.kick();
}

/** The recall job to write; null = there is none to ask for, or the message is taken back before it left. */
function recallOf(context: CoreContext, channel: ChannelRef, key: string): NewRecall | null {
  const message = findMessage(context, channel, key);
  if (message.recall && message.recall.state !== 'denied') return null;
  const job = context.store.outbox.sendJob(channel, key);
  if (message.messageId === null) {
    if (!job) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
    withdrawSend(context, job);
    return null;
  }
  if (message.content.kind === 'system' || message.fromUid === '') {
    throw new CodedError('invalidState', 'a system line cannot be recalled');
  }
  const { messageId, clientMsgNo } = message;
  return { channel, messageKey: key, messageId, clientMsgNo };
}

/** Deletes messages on this account's devices only; what has not left yet is taken out of the outbox. */
export function deleteForMe(context: CoreContext, channel: ChannelRef, keys: readonly string[]): void {
  const { store, outbox } = context;
  const messages: { messageId: string; messageSeq: number }[] = [];
  for (const key of new Set(keys)) {
    const message = store.messages.get(channel, key);
    if (!message) continue;
    if (message.messageId !== null) {
      messages.push({ messageId: message.messageId, messageSeq: message.messageSeq });
      continue;
    }
    const job = store.outbox.sendJob(channel, key);
    if (job && job.state !== 'sending') withdrawSend(context, job);
  }
  if (messages.length === 0) return;
  // First: what is gone here must be gone on the server, too, whatever happens in between.
  store.outbox.addAction({ kind: 'deleteForMe', channel, args: { messages } });
  store.messages.deleteForMe(
    channel,
    messages.map((message) => message.messageId),
  );
  outbox.kick();
}
