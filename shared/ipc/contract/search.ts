/** Search in messages, contacts and groups. */
import { z } from 'zod';
import { ChannelRef, ContactView, MessageView } from '../../domain.ts';
import { Uid } from './arguments.ts';
import { query } from './channel.ts';

export const SearchHit = z.object({
  message: MessageView,
  channelName: z.string(),
  /** Half-open ranges [start, end) of the hit in the text of `message.content`. */
  ranges: z.array(z.tuple([z.int(), z.int()])),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchResult = z.object({
  messages: z.array(SearchHit),
  /** Pass back as `cursor` for the next page; null = no more. */
  cursor: z.string().nullable(),
  contacts: z.array(ContactView),
  groups: z.array(z.object({ channel: ChannelRef, name: z.string(), memberCount: z.int() })),
});
export type SearchResult = z.infer<typeof SearchResult>;

/** What a message that is looked for is: `media` images and videos, `link` a text with an address in it. */
export const SearchKind = z.enum(['text', 'media', 'file', 'link']);
export type SearchKind = z.infer<typeof SearchKind>;

export const SearchQuery = z.object({
  /** However long: the first words of it count (`shared/matching/terms.ts`). */
  text: z.string(),
  /** null = everywhere. */
  channel: ChannelRef.nullable(),
  /** `cursor` of the page before; null = the first. */
  cursor: z.string().nullable(),
  limit: z.int().min(1).max(100),
  fromUid: Uid.nullable(),
  /** Unix seconds, inclusive / exclusive; null = open. */
  since: z.number().nullable(),
  until: z.number().nullable(),
  kind: SearchKind.exactOptional(),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

export const searchContract = {
  'search.query': query(SearchQuery, SearchResult),
} as const;
