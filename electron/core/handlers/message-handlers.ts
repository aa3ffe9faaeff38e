/** Sending, recalling and everything else a message's menu offers. */
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { PayloadType } from '../../../shared/content/message-content.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { messageContract } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { NewRecall, SendJob } from '../store/jobs.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { copyForForward, textPayload } from './compose-payload.ts';
import { type Composed, enqueue, quotedBy } from './enqueue.ts';

/** Peers show "is typing" for some seconds; more often than this is noise. */
const TYPING_INTERVAL_MS = 3_000;

export function messageHandlers(context: CoreContext): Handlers<typeof messageContract> {
  const { store, api, sync, outbox, media, composer, log } = context;
  const typingSentAt = new Map<string, number>();

  function find(channel: ChannelRef, key: string): MessageView {
    const message = store.messages.get(channel, key);
    if (!message) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
    return message;
  }

  /**
   * Takes back what is in the outbox. What was on the wire once may be on the server although no answer came: it is
   * looked for and recalled there (the outbox does that), not just forgotten here.
   */
  function withdraw(job: SendJob): void {
    const mayHaveArrived = job.state === 'sending' || (job.state === 'queued' && job.attempts > 0);
    if (mayHaveArrived) store.outbox.updateSend(job.id, { recallOnAck: true });
    else {
      store.outbox.removeSend(job.id);
      const { url } = job.payload;
      if (job.attachment && typeof url === 'string' && url !== '') media.discardUpload(url);
    }
    outbox.kick();
  }

  /** The recall job to write; null = there is none to ask for, or the message is taken back before it left. */
  function recallOf(channel: ChannelRef, key: string): NewRecall | null {
    const message = find(channel, key);
    if (message.recall && message.recall.state !== 'denied') return null;
    const job = store.outbox.sendJob(channel, key);
    if (message.messageId === null) {
      if (!job) throw new CodedError('notFound', 'this message is not known here (any more)', 'key');
      withdraw(job);
      return null;
    }
    if (message.content.kind === 'system' || message.fromUid === '') {
      throw new CodedError('invalidState', 'a system line cannot be recalled');
    }
    const { messageId, clientMsgNo } = message;
    return { channel, messageKey: key, messageId, clientMsgNo };
  }

  /** Writes the durable recall jobs; whether they may be recalled is the server's decision, which comes back as deltas. */
  function requestRecalls(channel: ChannelRef, keys: readonly string[]): void {
    const jobs = keys.map((key) => recallOf(channel, key)).filter((job) => job !== null);
    if (jobs.length > 0) store.outbox.addRecalls(jobs);
    for (const { messageKey } of jobs) media.withhold(channel, messageKey);
    outbox.kick();
  }

  return {
    'messages.page': ({ channel, anchor, limit }) => sync.history.page(channel, anchor, limit),

    async 'messages.send'({ channel, text, mention, replyToMessageId }) {
      requireWritable(context);
      const payload = textPayload(text, mention, quotedBy(context, channel, replyToMessageId));
      return find(channel, await composer.add({ channel, payload }));
    },

    'messages.retry'({ channel, key }) {
      requireWritable(context);
      const job = store.outbox.sendJob(channel, key);
      if (!job) throw new CodedError('notFound', 'this message is not waiting to be sent', 'key');
      if (job.state !== 'failed') throw new CodedError('invalidState', 'this message has not failed');
      store.outbox.updateSend(job.id, { state: 'queued', reason: null, detail: null });
      outbox.kick();
      return null;
    },

    'messages.discard'({ channel, key }) {
      requireWritable(context);
      const job = store.outbox.sendJob(channel, key);
      if (!job) throw new CodedError('notFound', 'this message is not waiting to be sent', 'key');
      if (job.state === 'sending')
        throw new CodedError('invalidState', 'this message is already on its way; recall it instead');
      withdraw(job);
      return null;
    },

    'messages.recall'({ channel, key }) {
      requireWritable(context);
      requestRecalls(channel, [key]);
      return null;
    },

    'messages.recallMany'({ channel, keys }) {
      requireWritable(context);
      // One message that is gone meanwhile must not keep the others from being recalled.
      requestRecalls(
        channel,
        keys.filter((key) => store.messages.get(channel, key)),
      );
      return null;
    },

    'messages.cancelRecall'({ channel, key }) {
      requireWritable(context);
      const job = store.outbox.recallJob(channel, key);
      if (!job) throw new CodedError('notFound', 'no recall of this message is waiting', 'key');
      if (job.state !== 'queued') throw new CodedError('invalidState', 'the recall was already asked for');
      store.outbox.cancelRecall(job.id);
      return null;
    },

    'messages.reedit'({ channel, key }) {
      const content = store.messages.takeReedit(channel, key);
      if (!content) throw new CodedError('invalidState', 'this message can no longer be edited again');
      return content;
    },

    'messages.edit'({ channel, key, text }) {
      requireWritable(context);
      const message = find(channel, key);
      const payload = store.messages.payloadOf(channel, key);
      if (
        !message.own ||
        message.messageId === null ||
        message.content.kind !== 'text' ||
        message.recall ||
        !payload
      ) {
        throw new CodedError('invalidState', 'only an own, sent text message can be edited');
      }
      store.outbox.addAction({
        kind: 'edit',
        channel,
        args: {
          messageId: message.messageId,
          messageSeq: message.messageSeq,
          payload: { ...payload, type: PayloadType.text, content: text },
        },
      });
      outbox.kick();
      return null;
    },

    'messages.deleteForMe'({ channel, keys }) {
      requireWritable(context);
      const messages: { messageId: string; messageSeq: number }[] = [];
      for (const key of new Set(keys)) {
        const message = store.messages.get(channel, key);
        if (!message) continue;
        if (message.messageId !== null) {
          messages.push({ messageId: message.messageId, messageSeq: message.messageSeq });
          continue;
        }
        const job = store.outbox.sendJob(channel, key);
        if (job && job.state !== 'sending') withdraw(job);
      }
      if (messages.length > 0) {
        // First: what is gone here must be gone on the server, too, whatever happens in between.
        store.outbox.addAction({ kind: 'deleteForMe', channel, args: { messages } });
        store.messages.deleteForMe(
          channel,
          messages.map((message) => message.messageId),
        );
        outbox.kick();
      }
      return null;
    },

    'messages.forward'({ channel, keys, to }) {
      requireWritable(context);
      const targets = [...new Map(to.map((target) => [channelKey(target), target])).values()];
      const views = keys.map((key) => store.messages.get(channel, key)).filter((view) => view !== null);
      // In the order of the conversation, whatever order they were picked in.
      views.sort((a, b) => a.order - b.order);
      const composed: Composed[] = [];
      for (const view of views) {
        // An upload that no sent message names may still be taken back.
        const uploading =
          view.messageId === null && (view.content.kind === 'image' || view.content.kind === 'file');
        const payload = view.recall || uploading ? null : store.messages.payloadOf(channel, view.key);
        const copy = payload ? copyForForward(payload) : null;
        if (!copy) continue;
        for (const target of targets)
          composed.push({ channel: target, payload: copy, forwardOf: view.messageId });
      }
      enqueue(context, composed);
      outbox.kick();
      return { sent: composed.length, skipped: keys.length - composed.length / Math.max(1, targets.length) };
    },

    'messages.typing'({ channel }) {
      const key = channelKey(channel);
      const now = Date.now();
      if (now - (typingSentAt.get(key) ?? 0) < TYPING_INTERVAL_MS) return null;
      if (context.connectionState().state !== 'online') return null;
      typingSentAt.set(key, now);
      api.typing(channel).catch((error: unknown) => {
        log('debug', `typing: ${reasonOf(error)}`);
      });
      return null;
    },
  };
}
