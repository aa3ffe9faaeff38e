/** Favourites and reminders: kept here, read from their messages. */
import { type BookmarkRef, MAX_REMINDER_DAYS } from '../../../shared/ipc/contract/bookmarks.ts';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { bookmarkContract } from '../../../shared/ipc/contract/bookmarks.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type CoreContext, requireWritable } from './core-context.ts';

const DAY_MS = 86_400_000;

export function bookmarkHandlers(context: CoreContext): Handlers<typeof bookmarkContract> {
  const { store, sync } = context;
  const { bookmarks } = store;

  function removed(id: number, kind: BookmarkRef['kind']): null {
    requireWritable(context);
    // Gone already, with its message or from another window: that is what was wanted.
    if (bookmarks.refs().some((one) => one.id === id && one.kind === kind)) bookmarks.remove(id);
    return null;
  }

  return {
    'bookmarks.refs': () => bookmarks.refs(),

    'bookmarks.toldGone'() {
      if (!store.readOnly) bookmarks.forgetGone();
      return null;
    },

    'favourites.page'(query) {
      const page = bookmarks.favourites(query);
      for (const { channel, message } of page.items) if (message) sync.history.looked(channel, [message]);
      return page;
    },

    async 'favourites.fetch'({ id }) {
      const bookmark = bookmarks.refs().find((one) => one.id === id);
      if (!bookmark) return null;
      if (!bookmarks.message(id)) {
        const { channel, messageSeq } = bookmark;
        await sync.history.fetchRange({ channel, fromSeq: messageSeq, toSeq: messageSeq }, 1, 'down');
      }
      return bookmarks.favourite(id);
    },

    'favourites.add'({ channel, key }) {
      requireWritable(context);
      bookmarks.addFavourite(channel, key);
      return null;
    },

    'favourites.remove': ({ id }) => removed(id, 'favourite'),

    'reminders.list': () => bookmarks.reminders(),

    'reminders.set'({ channel, key, at }) {
      requireWritable(context);
      const now = Date.now();
      if (at * 1000 <= now) throw new CodedError('badArgument', 'at: this time is over', 'at');
      if (at * 1000 > now + MAX_REMINDER_DAYS * DAY_MS)
        throw new CodedError('badArgument', `at: at most ${MAX_REMINDER_DAYS} days ahead`, 'at');
      bookmarks.setReminder(channel, key, at);
      return null;
    },

    'reminders.remove': ({ id }) => removed(id, 'reminder'),
  };
}
