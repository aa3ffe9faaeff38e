/** `store.bookmarks`: favourites and reminders. What they say is read from their messages each time. */
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { historyWords } from '../../../shared/content/history-words.ts';
import type { MessageContent } from '../../../shared/content/message-content.ts';
import {
  type BookmarkRef,
  FAVOURITE_TYPES,
  type FavouriteType,
  type FavouriteView,
  MAX_FAVOURITES,
  MAX_REMINDERS,
  type ReminderView,
} from '../../../shared/ipc/contract/bookmarks.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { fitsFilter } from '../../../shared/matching/match.ts';
import type { StoreContext } from '../store/context.ts';
import { keyOf, type StoredMessage } from '../store/tables/messages/message-row.ts';
import { recallKey } from '../store/tables/outbox/recall-jobs.ts';
import { rowOf, type Parts } from './parts.ts';
import type { BookmarksOf } from './bookmarks-api.ts';

/** Not what the server says, nor what this client does not understand. */
const KEPT: ReadonlySet<string> = new Set(['text', 'image', 'file', 'voice', 'video', 'named']);

export function createBookmarks(ctx: StoreContext, parts: Parts): BookmarksOf {
  const { messages, outbox, people, views } = parts;
  const { bookmarks } = outbox;

  /** The message as it is now; null = not cached, or nothing of it may be seen. */
  function viewOf({ messageId }: BookmarkRef): MessageView | null {
    const row = messages.byId(messageId);
    const standing = row && row.copy === 1 ? messages.group(row)[0] : row;
    if (standing?.shown !== 1 || standing.flame !== null) return null;
    const view = views.ofRow(standing);
    return view.content.kind === 'recalled' ? null : view;
  }

  function favouriteOf(bookmark: BookmarkRef): FavouriteView {
    const { id, at, channel, messageId } = bookmark;
    return {
      id,
      at,
      channel,
      channelName: people.channelName(channel),
      messageId,
      message: viewOf(bookmark),
    };
  }

  /** Being recalled: it may come back, and is shown nowhere meanwhile. */
  const isWithheld = ({ channel, messageKey }: BookmarkRef): boolean =>
    outbox.recalls.byKey(channel, messageKey) !== null;

  /** @throws CodedError when there is no such message, or it is not to be kept. */
  function keepable(channel: ChannelRef, key: string): StoredMessage {
    const row = rowOf(parts, channel, key);
    if (row?.shown !== 1)
      throw new CodedError('notFound', 'this message is not known here (any more), or not sent yet', 'key');
    if (row.recalled === 1 || row.payload === null || outbox.recalls.byKey(channel, key))
      throw new CodedError('invalidState', 'this message was recalled', 'recalled');
    if (row.flame !== null) throw new CodedError('refused', 'what burns after reading is not kept', 'flame');
    if (!KEPT.has(views.ofRow(row).content.kind))
      throw new CodedError('refused', 'this kind of message is not kept');
    return row;
  }

  function put(kind: 'favourite' | 'reminder', channel: ChannelRef, row: StoredMessage, at: number): void {
    const most = kind === 'favourite' ? MAX_FAVOURITES : MAX_REMINDERS;
    const of = bookmarks.all().filter((one) => one.kind === kind && one.messageId !== row.message_id);
    if (of.length >= most) throw new CodedError('refused', `there are ${most} of these already`, 'many');
    const { message_id: messageId, seq: messageSeq } = row;
    ctx.write(() => bookmarks.put({ kind, channel, messageKey: keyOf(row), messageId, messageSeq, at }));
  }

  const reminderOf = (bookmark: BookmarkRef): ReminderView => {
    const { id, at, channel, messageId, messageSeq } = bookmark;
    const row = messages.byId(messageId);
    const fromName = row ? people.nameIn(channel, row.from_uid) : '';
    return { id, at, channel, channelName: people.channelName(channel), fromName, messageSeq };
  };
  const reminders = (): BookmarkRef[] =>
    bookmarks
      .all()
      .filter(({ kind }) => kind === 'reminder')
      .sort((a, b) => a.at - b.at || a.id - b.id);

  return {
    refs: () => bookmarks.all(),
    idsOf: (channel, key) => [...bookmarks.idsOf(recallKey(channel, key))],
    isEmpty: () => bookmarks.isEmpty,
    message(id) {
      const bookmark = bookmarks.byId(id);
      return bookmark ? viewOf(bookmark) : null;
    },
    favourite(id) {
      const bookmark = bookmarks.byId(id);
      return bookmark?.kind === 'favourite' ? favouriteOf(bookmark) : null;
    },
    favourites({ text, type, before, limit }) {
      const all = bookmarks.all().filter(({ kind }) => kind === 'favourite');
      const items: FavouriteView[] = [];
      for (const bookmark of all.toReversed()) {
        if ((before !== null && bookmark.id >= before) || isWithheld(bookmark)) continue;
        const view = favouriteOf(bookmark);
        if (type !== null && (view.message === null || typeOf(view.message.content) !== type)) continue;
        if (!fitsFilter(wordsOf(view), text)) continue;
        if (items.length === limit) return { items, before: items.at(-1)?.id ?? null, total: all.length };
        items.push(view);
      }
      return { items, before: null, total: all.length };
    },
    addFavourite: (channel, key) =>
      put('favourite', channel, keepable(channel, key), Math.floor(ctx.now() / 1000)),
    setReminder: (channel, key, at) => put('reminder', channel, keepable(channel, key), at),
    remove: (id) => ctx.write(() => bookmarks.remove(id)),
    reminders: () =>
      reminders()
        .filter((one) => !isWithheld(one))
        .map(reminderOf),
    nextDue: () => reminders()[0]?.at ?? null,
    takeDue(now) {
      const due = reminders().filter((one) => one.at <= now && !isWithheld(one));
      if (due.length === 0) return [];
      ctx.write(() => {
        for (const { id } of due) bookmarks.remove(id);
      });
      return due.map((bookmark) => {
        const { channel, messageKey, messageSeq } = bookmark;
        const title = people.channelName(channel);
        return { channel, messageKey, messageSeq, title, message: viewOf(bookmark) };
      });
    },
    forgetGone: () =>
      ctx.write(() => {
        for (const { id, kind } of bookmarks.all()) if (kind === 'gone') bookmarks.remove(id);
      }),
  };
}

function typeOf(content: MessageContent): FavouriteType | null {
  if (content.kind === 'named') return content.what === 'card' ? 'card' : null;
  return FAVOURITE_TYPES.find((type) => type === content.kind) ?? null;
}

/** What a search in the favourites looks at. */
function wordsOf({ channelName, message }: FavouriteView): string {
  const content = message?.content;
  const said =
    content?.kind === 'text'
      ? content.text
      : content?.kind === 'file' || content?.kind === 'video'
        ? (content.name ?? '')
        : content?.kind === 'named'
          ? content.detail
          : content?.kind === 'history'
            ? historyWords(content)
            : '';
  return `${said}\n${message?.fromName ?? ''}\n${channelName}`;
}
