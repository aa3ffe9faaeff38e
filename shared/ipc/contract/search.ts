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
export const SEARCH_KINDS = ['text', 'media', 'file', 'link'] as const;
export const SearchKind = z.enum(SEARCH_KINDS);
export type SearchKind = z.infer<typeof SearchKind>;

export const SearchQuery = z.object({
  /**
   * However long: the first words of it count (`shared/matching/terms.ts`). Without words all that fits the filters is
   * found, the newest first: in one chat whatever it is, everywhere what can be named in a list.
   */
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

/** How many messages of each kind fit; `more`: there are more, they were not counted on. */
export const KindCounts = z.object({
  text: z.int(),
  media: z.int(),
  file: z.int(),
  link: z.int(),
  more: z.boolean(),
});
export type KindCounts = z.infer<typeof KindCounts>;

export const searchContract = {
  'search.query': query(SearchQuery, SearchResult),
  /** What the same search finds of each kind. */
  'search.kinds': query(SearchQuery.omit({ cursor: true, limit: true, kind: true }), KindCounts),
} as const;
