/** Voice messages: heard, marked as heard, recorded. */
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { voiceContract } from '../../../shared/ipc/contract/voice.ts';
import { addQuote } from './compose-payload.ts';
import { type CoreContext, requireWritable } from './core-context.ts';
import { enqueue, quotedBy } from './enqueue.ts';
import { giveAway } from '../moved-bytes.ts';
import { findMessage } from './take-back.ts';

export function voiceHandlers(context: CoreContext): Handlers<typeof voiceContract> {
  const { media, outbox, store, voices } = context;
  return {
    'voice.load': async ({ channel, key, asked }) => giveAway(await voices.load(channel, key, asked)),

    'voice.played'({ channel, key }) {
      if (store.readOnly) return null;
      if (store.messages.markPlayed(channel, key)) outbox.kick();
      return null;
    },

    async 'voice.send'({ channel, pcm, replyToMessageId }) {
      requireWritable(context);
      // Samples of its own, and at a place that is even.
      const samples = new Int16Array(pcm.slice().buffer);
      const { attachment, payload } = await voices.record(channel, samples);
      addQuote(payload, quotedBy(context, channel, replyToMessageId));
      const [key = ''] = enqueue(context, [{ channel, payload, attachment }]);
      media.staging.release(attachment);
      outbox.kick();
      return findMessage(context, channel, key);
    },
  };
}
