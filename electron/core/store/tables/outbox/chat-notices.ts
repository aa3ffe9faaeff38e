/**
 * `chat_notice`: how chats are told of, as far as this computer decides it. In outbox.db, because the cache may be
 * dropped. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import { ChatNotice, DEFAULT_NOTICE } from '../../../../../shared/chat-notice.ts';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';

interface NoticeRow extends ChannelColumns {
  mentions: number;
  sound: string;
}

export class ChatNotices {
  readonly #ctx: StoreContext;
  readonly #put: Database.Statement<[NoticeRow]>;
  readonly #remove: Database.Statement<[string, number]>;
  /** By channel key; what is not in it is as usual. */
  readonly #all: Mirror<Map<string, ChatNotice>>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    const { db } = ctx;
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO outbox.chat_notice (channel_type, channel_id, mentions, sound)
       VALUES (@channel_type, @channel_id, @mentions, @sound)`,
    );
    this.#remove = db.prepare('DELETE FROM outbox.chat_notice WHERE channel_id = ? AND channel_type = ?');
    const read = db.prepare<[], NoticeRow>('SELECT * FROM outbox.chat_notice');
    this.#all = new Mirror(
      ctx,
      () => new Map(read.all().map((row) => [channelKey(channelOf(row)), noticeOf(row)])),
    );
  }

  /** undefined = as usual. */
  of(channel: ChannelRef): ChatNotice | undefined {
    const all = this.#all.value;
    return all.size === 0 ? undefined : all.get(channelKey(channel));
  }

  /** false = nothing changed. */
  set(channel: ChannelRef, change: Partial<ChatNotice>): boolean {
    const before = this.of(channel) ?? DEFAULT_NOTICE;
    const next = { ...before, ...change };
    if (next.mentions === before.mentions && next.sound === before.sound) return false;
    const { channelId, channelType } = channel;
    if (next.mentions === DEFAULT_NOTICE.mentions && next.sound === DEFAULT_NOTICE.sound) {
      this.#remove.run(channelId, channelType);
      this.#all.value.delete(channelKey(channel));
    } else {
      const columns = { channel_id: channelId, channel_type: channelType };
      this.#put.run({ ...columns, mentions: Number(next.mentions), sound: next.sound });
      this.#all.value.set(channelKey(channel), next);
    }
    this.#ctx.changes.conversation(channel);
    this.#ctx.changes.channelInfo(channel);
    return true;
  }
}

/** A value that a newer version wrote, or a damaged one, is as usual. */
const noticeOf = (row: NoticeRow): ChatNotice => ({
  mentions: row.mentions !== 0,
  sound: ChatNotice.shape.sound.catch(DEFAULT_NOTICE.sound).parse(row.sound),
});
