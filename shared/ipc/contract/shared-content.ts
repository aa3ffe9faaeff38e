/** The shared content of a chat: its pictures, files, links and voice messages (docs/shared-content.md). */
import { z } from 'zod';
import { SHARED_KINDS } from '../../content/shared-kind.ts';
import { ChannelRef, MessageView } from '../../domain.ts';
import { ChannelOnly, Uid } from './arguments.ts';
import { query } from './channel.ts';

export const SharedCounts = z.object({ media: z.int(), file: z.int(), link: z.int(), voice: z.int() });
export type SharedCounts = z.infer<typeof SharedCounts>;

export const SharedPageView = z.object({
  /** Newest first. */
  messages: z.array(MessageView),
  /** `before` of the next page; null = there is no more on this computer. */
  before: z.int().nullable(),
  /** Of the whole chat, whatever was looked for. */
  counts: SharedCounts,
  /** All of the chat's history is on this computer. */
  complete: z.boolean(),
});
export type SharedPageView = z.infer<typeof SharedPageView>;

export const MAX_SHARED_PAGE = 200;

export const sharedContentContract = {
  /** From the cache. `text`: in the name of a file, or the words around a link. */
  'shared.page': query(
    z.object({
      channel: ChannelRef,
      kind: z.enum(SHARED_KINDS),
      text: z.string(),
      fromUid: Uid.nullable(),
      /** Unix seconds, inclusive / exclusive; null = open. */
      since: z.number().nullable(),
      until: z.number().nullable(),
      before: z.int().nullable(),
      limit: z.int().min(1).max(MAX_SHARED_PAGE),
    }),
    SharedPageView,
  ),
  /** Reads a further part of the chat's history, from its newest hole on: `network` when the server cannot be asked. */
  'shared.older': query(ChannelOnly, z.object({ complete: z.boolean() })),
} as const;
