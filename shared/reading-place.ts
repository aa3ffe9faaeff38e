import { z } from 'zod';

/** A place in a chat that stays when messages come, change or are measured anew. */
export const ReadingPlace = z.object({
  /** Of the first row in view; when it is gone, its neighbour stands for it. */
  messageSeq: z.int(),
  /** Pixels of the row above the view. */
  offset: z.int(),
});
export type ReadingPlace = z.infer<typeof ReadingPlace>;
