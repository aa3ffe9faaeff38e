/**
 * `bookmark`: favourites, and messages to be reminded of. Few, and asked for with every message that changes: all of
 * them are mirrored in memory. They name their message and hold none of its words; a message that is recalled or gone
 * takes them along. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { BookmarkKind, BookmarkRef } from '../../../../../shared/ipc/contract/bookmarks.ts';
import type { StoreContext } from '../../context.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';
import { recallKey } from './recall-jobs.ts';

interface BookmarkRow extends ChannelColumns {
  id: number;
  kind: string;
  message_key: string;
  message_id: string;
  message_seq: number;
  at: number;
}

export type NewBookmark = Omit<BookmarkRef, 'id'>;

interface Kept {
  byId: Map<number, BookmarkRef>;
  /** Ids of bookmarks by `recallKey`. */
  byKey: Map<string, Set<number>>;
}

const KINDS: readonly string[] = ['favourite', 'reminder', 'gone'] satisfies BookmarkKind[];
const isKind = (kind: string): kind is BookmarkKind => KINDS.includes(kind);
const NONE: ReadonlySet<number> = new Set();

export class Bookmarks {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  readonly #kept: Mirror<Kept>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#sql = statements(ctx.db);
    this.#kept = new Mirror(ctx, () => this.#read());
  }

  get isEmpty(): boolean {
    return this.#kept.value.byId.size === 0;
  }

  /** The table may hold what was never read: the leak check found something. */
  readAnew(): void {
    this.#kept.forget();
  }

  /** In the order in which they were made. */
  all(): BookmarkRef[] {
    return [...this.#kept.value.byId.values()];
  }

  byId(id: number): BookmarkRef | undefined {
    return this.#kept.value.byId.get(id);
  }

  ofMessage(kind: BookmarkKind, messageId: string): BookmarkRef | undefined {
    return this.all().find((one) => one.kind === kind && one.messageId === messageId);
  }

  /** Ids of those of the message with this `recallKey`. */
  idsOf(key: string): ReadonlySet<number> {
    return this.#kept.value.byKey.get(key) ?? NONE;
  }

  /** Replaces one of the same kind of the same message. */
  put(bookmark: NewBookmark): BookmarkRef {
    const before = this.ofMessage(bookmark.kind, bookmark.messageId);
    if (before) this.remove(before.id);
    const { kind, channel, messageKey, messageId, messageSeq, at } = bookmark;
    const info = this.#sql.insert.run({
      kind,
      channel_type: channel.channelType,
      channel_id: channel.channelId,
      message_key: messageKey,
      message_id: messageId,
      message_seq: messageSeq,
      at,
    });
    const stored = { ...bookmark, id: Number(info.lastInsertRowid) };
    keep(this.#kept.value, stored);
    this.#ctx.changes.bookmark({ added: true });
    return stored;
  }

  remove(id: number): void {
    const bookmark = this.byId(id);
    if (!bookmark) return;
    this.#sql.remove.run(id);
    const { byId, byKey } = this.#kept.value;
    byId.delete(id);
    byKey.get(keyOf(bookmark))?.delete(id);
    this.#ctx.changes.bookmark({ removed: id });
  }

  /** These messages are recalled: favourites leave, of a reminder it is kept that there was one. */
  loseRecalled(messageIds: ReadonlySet<string>, keys: ReadonlySet<string>): void {
    for (const bookmark of this.#of(messageIds, keys)) {
      if (bookmark.kind === 'gone') continue;
      this.remove(bookmark.id);
      if (bookmark.kind === 'reminder') this.put({ ...withoutId(bookmark), kind: 'gone' });
    }
  }

  /** These messages are gone otherwise. */
  loseGone(messageIds: ReadonlySet<string>): void {
    for (const { id, kind } of this.#of(messageIds, new Set())) if (kind !== 'gone') this.remove(id);
  }

  #of(messageIds: ReadonlySet<string>, keys: ReadonlySet<string>): BookmarkRef[] {
    if (this.isEmpty) return [];
    return this.all().filter((one) => messageIds.has(one.messageId) || keys.has(keyOf(one)));
  }

  #read(): Kept {
    const kept: Kept = { byId: new Map(), byKey: new Map() };
    for (const row of this.#sql.all.all()) {
      // Of another version: left alone.
      if (!isKind(row.kind)) continue;
      keep(kept, {
        id: row.id,
        kind: row.kind,
        channel: channelOf(row),
        messageKey: row.message_key,
        messageId: row.message_id,
        messageSeq: row.message_seq,
        at: row.at,
      });
    }
    return kept;
  }
}

const keyOf = ({ channel, messageKey }: NewBookmark): string => recallKey(channel, messageKey);

function withoutId({ id: _id, ...bookmark }: BookmarkRef): NewBookmark {
  return bookmark;
}

function keep({ byId, byKey }: Kept, bookmark: BookmarkRef): void {
  byId.set(bookmark.id, bookmark);
  const key = keyOf(bookmark);
  byKey.set(key, (byKey.get(key) ?? new Set()).add(bookmark.id));
}

function statements(db: Database.Database) {
  return {
    all: db.prepare<[], BookmarkRow>('SELECT * FROM outbox.bookmark ORDER BY id'),
    insert: db.prepare<[Omit<BookmarkRow, 'id'>]>(
      `INSERT INTO outbox.bookmark (kind, channel_type, channel_id, message_key, message_id, message_seq, at)
       VALUES (@kind, @channel_type, @channel_id, @message_key, @message_id, @message_seq, @at)`,
    ),
    remove: db.prepare<[number]>('DELETE FROM outbox.bookmark WHERE id = ?'),
  };
}
