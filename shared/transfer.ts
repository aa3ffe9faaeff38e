/** Bytes on their way. */
import { z } from 'zod';

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
