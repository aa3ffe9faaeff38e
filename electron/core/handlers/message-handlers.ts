/** Sending, recalling and everything else a message's menu offers. */
import { canBeOpened } from '../../../shared/content/flame.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { messageContract } from '../../../shared/ipc/contract/messages.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { OUTBOX_ORDER } from '../store/views/message-views.ts';
import { chatDays, nextTo } from './chat-days.ts';
import { editedPayload, sameMentions, textPayload } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { quotedBy } from './enqueue.ts';
import { forwardHandlers } from './forward.ts';
import { pinHandlers } from './pin.ts';
import { reactionHandlers } from './react.ts';
import { readerHandlers } from './readers.ts';
import { sendQuickReply } from './reply-fate.ts';
import { deleteForMe, findMessage, requestRecalls, withdrawSend } from './take-back.ts';
import { typingReports } from './typing.ts';

export function messageHandlers(context: CoreContext): Handlers<typeof messageContract> {
  const { store, sync, outbox, media, composer } = context;
  const reportTyping = typingReports(context);

  return {
    ...pinHandlers(context),
    ...reactionHandlers(context),
    ...forwardHandlers(context),
    ...readerHandlers(context),
    'messages.page': ({ channel, anchor, limit }) => sync.history.page(channel, anchor, limit),

    async 'messages.send'({ channel, text, mention, replyToMessageId }) {
      requireWritable(context);
      const payload = textPayload(text, mention, quotedBy(context, channel, replyToMessageId));
      return findMessage(context, channel, await composer.add({ channel, payload }));
    },

    'messages.reply': (reply) => sendQuickReply(context, reply),
    'messages.waiting': ({ channel }) =>
      store.messages
        .page(channel, { at: 'after', order: OUTBOX_ORDER }, 1)
        .messages.filter((message) => message.content.kind !== 'recalled'),

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
      withdrawSend(context, job);
      return null;
    },

    'messages.recall'({ channel, key }) {
      requireWritable(context);
      requestRecalls(context, channel, [key]);
      return null;
    },

    'messages.recallMany'({ channel, keys }) {
      requireWritable(context);
      // One message that is gone meanwhile must not keep the others from being recalled.
      requestRecalls(
        context,
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
      // An edit of it, a reaction to it, its pin or a forward of it may have waited for the outcome.
      outbox.kick();
      return null;
    },

    'messages.reedit'({ channel, key }) {
      const content = store.messages.takeReedit(channel, key);
      if (!content) throw new CodedError('invalidState', 'this message can no longer be edited again');
      return content;
    },

    'messages.edit'({ channel, key, text, mention }) {
      requireWritable(context);
      const message = findMessage(context, channel, key);
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
      const { messageId } = message;
      const waiting = store.outbox
        .actionJobs()
        .some((job) => job.kind === 'edit' && job.args['messageId'] === messageId);
      // Back to what it says while another edit waits is an edit: that one may be on its way.
      if (!waiting && message.content.text === text && sameMentions(message.content.mention, mention))
        return null;
      store.outbox.addAction({
        kind: 'edit',
        channel,
        args: {
          messageId: message.messageId,
          messageSeq: message.messageSeq,
          payload: editedPayload(payload, text, mention),
        },
      });
      outbox.kick();
      return null;
    },

    'messages.deleteForMe'({ channel, keys }) {
      requireWritable(context);
      deleteForMe(context, channel, keys);
      return null;
    },

    async 'messages.open'({ channel, key }) {
      requireWritable(context);
      const message = findMessage(context, channel, key);
      if (message.flame?.open) return null;
      const { content } = message;
      if (content.kind !== 'covered' || message.messageId === null)
        throw new CodedError('invalidState', 'this message has nothing to be opened', 'key');
      if (!canBeOpened(content))
        throw new CodedError('refused', 'this kind of message cannot be shown here; it stays as it is');
      if (content.of !== 'text') await media.fetch(channel, key);
      store.messages.openFlame(channel, key);
      outbox.kick();
      return null;
    },

    'messages.leave'({ channel, key }) {
      if (!store.readOnly) store.messages.leaveFlames(channel, key);
      return null;
    },

    'messages.typing'({ channel }) {
      reportTyping(channel);
      return null;
    },

    'messages.days': ({ channel, starts, ask }) => chatDays(context, channel, starts, ask),
    'messages.nextTo': ({ channel, ...when }) => nextTo(context, channel, when),
  };
}
