/** Bytes on their way. */
import { z } from 'zod';
import { ChannelRef } from './domain.ts';

/** Why an upload or download ended without its bytes; null while it runs, is done, or was cancelled by the user. */
export const TransferReason = z.enum([
  'network',
  'missing',
  'tooLarge',
  'refused',
  'diskFull',
  /** The message was recalled, deleted or has expired: nothing of it is left. */
  'recalled',
]);
export type TransferReason = z.infer<typeof TransferReason>;

/** Bytes of one message on their way. Ephemeral: not stored; at most ten reports per second and transfer. */
export const TransferView = z.object({
  channel: ChannelRef,
  key: z.string(),
  direction: z.enum(['upload', 'download']),
  state: z.enum(['waiting', 'running', 'failed', 'done', 'cancelled']),
  doneBytes: z.int(),
  /** null while unknown. */
  totalBytes: z.int().nullable(),
  reason: TransferReason.nullable(),
});
export type TransferView = z.infer<typeof TransferView>;
