/** Notices of a group: who wrote the current one, and, where the server keeps them, history and readers. */
import { z } from 'zod';
import { ChannelRef } from '../../domain.ts';
import { ChannelOnly, Done } from './arguments.ts';
import { call, query } from './channel.ts';

const OneNotice = z.object({ channel: ChannelRef, id: z.int().min(1) });

export const NoticeView = z.object({
  /** null: the server keeps the words of the current one only. */
  id: z.int().nullable(),
  content: z.string(),
  /** '' = not known. */
  author: z.object({ uid: z.string(), name: z.string() }),
  /** Unix seconds; 0 = not known. */
  timestamp: z.number(),
  /** null: the server does not count. */
  readers: z.object({ read: z.int(), unread: z.int(), mine: z.boolean(), remindFrom: z.number() }).nullable(),
});
export type NoticeView = z.infer<typeof NoticeView>;

export const NoticeReader = z.object({
  uid: z.string(),
  name: z.string(),
  /** Unix seconds; 0 = has not read it. */
  timestamp: z.number(),
});
export type NoticeReader = z.infer<typeof NoticeReader>;

export const noticeContract = {
  /** The current one first; empty = the group has none. */
  'notices.list': query(ChannelOnly, z.array(NoticeView)),
  'notices.markRead': call(OneNotice, Done),
  'notices.readers': query(OneNotice.extend({ read: z.boolean() }), z.array(NoticeReader)),
  /** Whom to remind; the server lets it be once a day. */
  'notices.remind': call(OneNotice, z.array(z.string())),
  /** Takes one out of the history; of the current one nothing is left either. */
  'notices.remove': call(OneNotice, Done),
} as const;
