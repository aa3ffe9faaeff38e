/** Voice messages: recorded and played (docs/voice.md). */
import { z } from 'zod';
import { ChannelRef, MessageView } from '../../domain.ts';
import { Done, OneMessage } from './arguments.ts';
import { call } from './channel.ts';
import { MAX_VOICE_SAMPLES, MIN_VOICE_SAMPLES } from './limits.ts';

const LoadedVoice = z.object({
  /** What Chromium plays. */
  mime: z.string(),
  bytes: z.instanceof(Uint8Array),
});
export type LoadedVoice = z.infer<typeof LoadedVoice>;

export const voiceContract = {
  /**
   * The sound of a voice message, loaded if it is not here yet. `asked`: a person wants to hear this one, wherever it
   * is; else one at somebody else's host is not loaded. Fails with `network`, `notFound` (the server has no such file
   * any more), `refused` (field `format`: it cannot be played; `host`: it was not asked for), `invalidState` (recalled,
   * deleted, cancelled).
   */
  'voice.load': call(OneMessage.extend({ asked: z.boolean() }), LoadedVoice),
  /** Somebody hears it: it is played on this account's other devices, too. */
  'voice.played': call(OneMessage, Done),
  /** `pcm`: 16 bit samples, little endian, one channel, 8,000 a second. Stored in the outbox before this answers. */
  'voice.send': call(
    z.object({
      channel: ChannelRef,
      pcm: z
        .instanceof(Uint8Array)
        .refine(
          ({ length }) =>
            length % 2 === 0 && length >= MIN_VOICE_SAMPLES * 2 && length <= MAX_VOICE_SAMPLES * 2,
          { error: `a recording has ${MIN_VOICE_SAMPLES} to ${MAX_VOICE_SAMPLES} samples` },
        ),
      replyToMessageId: z.string().nullable(),
    }),
    MessageView,
  ),
} as const;
