/** What is written in a composer and not sent. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { Mention } from '../../content/message-content.ts';
import { ChannelOnly, Done } from './arguments.ts';
import { call, query } from './channel.ts';
import { MAX_DRAFT_LENGTH } from './limits.ts';

export const DraftContent = z.object({
  text: z.string().max(MAX_DRAFT_LENGTH),
  mention: Mention,
  mentionNames: z.record(z.string(), z.string()),
  replyToMessageId: z.string().nullable(),
});
export type DraftContent = z.infer<typeof DraftContent>;

export const draftContract = {
  'drafts.get': query(ChannelOnly, DraftContent.nullable()),
  /** An empty text removes the draft. */
  'drafts.set': call(z.object({ channel: ChannelRef, draft: DraftContent }), Done),
  /**
   * Words that were typed outside of every composer, below what is written there; the pages are told. `badArgument`:
   * both are too long together.
   */
  'drafts.append': call(
    z.object({ channel: ChannelRef, text: z.string().min(1).max(MAX_DRAFT_LENGTH) }),
    Done,
  ),
} as const;
