/** What the store offers of favourites and reminders: see `store-api.ts`. */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type {
  BookmarkRef,
  FavouriteType,
  FavouriteView,
  ReminderView,
} from '../../../shared/ipc/contract/bookmarks.ts';

export interface DueReminder {
  channel: ChannelRef;
  messageKey: string;
  messageSeq: number;
  /** Name of the chat. */
  title: string;
  /** null: it is not on this computer now. */
  message: MessageView | null;
}

/** Favourites and reminders. `addFavourite`, `setReminder`, `remove`, `takeDue` and `forgetGone` write. */
export interface BookmarksOf {
  refs(): BookmarkRef[];
  isEmpty(): boolean;
  /** Ids of those of a message. */
  idsOf(channel: ChannelRef, key: string): number[];
  /** The message of one as it is now; null = it is not cached, or nothing of it is to be seen. */
  message(id: number): MessageView | null;
  favourite(id: number): FavouriteView | null;
  favourites(query: { text: string; type: FavouriteType | null; before: number | null; limit: number }): {
    items: FavouriteView[];
    before: number | null;
    total: number;
  };
  /** @throws CodedError notFound, invalidState (recalled), refused (burns, a line of the server, too many). */
  addFavourite(channel: ChannelRef, key: string): void;
  /** `at`: Unix seconds of this computer's clock. @throws as `addFavourite`. */
  setReminder(channel: ChannelRef, key: string, at: number): void;
  remove(id: number): void;
  /** The next is first. */
  reminders(): ReminderView[];
  /** Unix seconds; null = nobody is to be reminded of anything. */
  nextDue(): number | null;
  /** Takes those that are due by then, once; but for what is being recalled. */
  takeDue(now: number): DueReminder[];
  /** Somebody was told that reminders were cancelled. */
  forgetGone(): void;
}
