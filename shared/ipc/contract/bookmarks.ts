/** Messages kept at hand on this computer: favourites and reminders (docs/favourites-and-reminders.md). */
import { z } from 'zod';
import { ChannelRef, MessageId, MessageView } from '../../domain.ts';
import { Done, Key, Nothing, OneMessage } from './arguments.ts';
import { call, query } from './channel.ts';

/** `gone`: a reminder whose message was recalled, of which nobody was told yet. */
export const BookmarkKind = z.enum(['favourite', 'reminder', 'gone']);
export type BookmarkKind = z.infer<typeof BookmarkKind>;

/** Which message it is of; none of its words. */
export const BookmarkRef = z.object({
  id: z.int(),
  kind: BookmarkKind,
  channel: ChannelRef,
  messageKey: Key,
  messageId: MessageId,
  messageSeq: z.int(),
  /** Unix seconds of this computer's clock: when it was kept, or is due. */
  at: z.int(),
});
export type BookmarkRef = z.infer<typeof BookmarkRef>;

/** A favourite with its message as it is now. */
export const FavouriteView = z.object({
  id: z.int(),
  at: z.int(),
  channel: ChannelRef,
  channelName: z.string(),
  messageId: MessageId,
  /** null: it is not on this computer; `favourites.fetch` asks the server. */
  message: MessageView.nullable(),
});
export type FavouriteView = z.infer<typeof FavouriteView>;

export const FAVOURITE_TYPES = ['text', 'image', 'video', 'voice', 'file', 'card'] as const;
export type FavouriteType = (typeof FAVOURITE_TYPES)[number];

export const ReminderView = z.object({
  id: z.int(),
  at: z.int(),
  channel: ChannelRef,
  channelName: z.string(),
  /** Who wrote the message; '' = not known here. */
  fromName: z.string(),
  messageSeq: z.int(),
});
export type ReminderView = z.infer<typeof ReminderView>;

export const MAX_FAVOURITES = 2_000;
export const MAX_REMINDERS = 200;
export const MAX_FAVOURITE_PAGE = 100;
/** A reminder may be this far ahead, days. */
export const MAX_REMINDER_DAYS = 3_660;

const Id = z.object({ id: z.int() });

export const bookmarkContract = {
  /** All of them, oldest first: which messages the page marks. */
  'bookmarks.refs': query(Nothing, z.array(BookmarkRef)),
  /** That reminders were cancelled was said. */
  'bookmarks.toldGone': call(Nothing, Done),
  /** Newest first. `text`: in what the message says, in the name of its author or of its chat. */
  'favourites.page': query(
    z.object({
      text: z.string(),
      type: z.enum(FAVOURITE_TYPES).nullable(),
      /** `before` of the page before; null = from the newest on. */
      before: z.int().nullable(),
      limit: z.int().min(1).max(MAX_FAVOURITE_PAGE),
    }),
    z.object({
      items: z.array(FavouriteView),
      before: z.int().nullable(),
      /** Of all of them. */
      total: z.int(),
    }),
  ),
  /** Asks the server for the message of a favourite that is not here; null: it is not there any more. */
  'favourites.fetch': query(Id, FavouriteView.nullable()),
  /** `refused` for what burns after reading, system lines, and above `MAX_FAVOURITES`. */
  'favourites.add': call(OneMessage, Done),
  'favourites.remove': call(Id, Done),
  'reminders.list': query(Nothing, z.array(ReminderView)),
  /** Unix seconds; replaces an earlier one of the same message. */
  'reminders.set': call(OneMessage.extend({ at: z.int().min(0) }), Done),
  'reminders.remove': call(Id, Done),
} as const;
