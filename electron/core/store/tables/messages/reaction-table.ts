/**
 * `reaction`: who reacted to what, and which of it nobody has seen yet. Triggers take rows away
 * (cache-019-reactions.ts), here only the leak check does. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import type { ServerReaction } from '../../server-records.ts';
import { Mirror } from '../outbox/mirror.ts';
import type { StateTable } from '../state-table.ts';
import type { StoredMessage } from './message-row.ts';

export interface ReactionRow {
  uid: string;
  name: string;
  /** Empty: taken back. */
  emoji: string;
  seq: number;
}

/** People kept of one message; a server that tells of more is not believed. */
export const MOST_REACTORS = 1_000;
const MOST_NAME = 64;

/** An own message that somebody reacted to since it was last looked at. */
export type NewsOfMessage = Pick<StoredMessage, 'seq' | 'message_id' | 'client_msg_no' | 'from_uid'>;

export class ReactionTable {
  readonly #sql: ReturnType<typeof statements>;
  readonly #me: StoreContext['me'];
  /** There may be some: most caches have none, and every message that is drawn asks. */
  readonly #any: Mirror<boolean>;
  /** Numbers of channels that may have new ones: most have none, and every row of the list asks. */
  readonly #withNews: Mirror<Set<number>>;
  /** `countFrom`; Infinity = not known yet. */
  readonly #since: Mirror<number>;
  readonly #state: StateTable;

  constructor(ctx: StoreContext, state: StateTable) {
    this.#sql = statements(ctx.db);
    this.#me = ctx.me;
    this.#state = state;
    this.#any = new Mirror(ctx, () => this.#sql.any.get() !== undefined);
    this.#withNews = new Mirror(ctx, () => new Set(this.#sql.withNews.all().map((row) => row.channel_no)));
    this.#since = new Mirror(ctx, () => Number(state.get('reactionsSince') ?? Number.POSITIVE_INFINITY));
  }

  /** Reactions to messages from this server time (Unix seconds) on are new, whatever is known of their chat. */
  countFrom(timestamp: number): void {
    if (Number.isFinite(this.#since.value)) return;
    this.#state.set('reactionsSince', String(Math.trunc(timestamp)));
    this.#since.value = Math.trunc(timestamp);
  }

  /** The oldest first; those that were taken back are left out. */
  of(messageId: string): ReactionRow[] {
    return this.#any.value ? this.#sql.of.all(messageId) : [];
  }

  /** What this person chose; '' = nothing. */
  by(messageId: string, uid: string): string {
    return this.#any.value ? (this.#sql.by.get(messageId, uid)?.emoji ?? '') : '';
  }

  /** An older answer changes nothing. Answers whether this one did. */
  put({ messageId, uid, name, emoji, seq }: ServerReaction): boolean {
    const known = this.#sql.by.get(messageId, uid);
    if (!known && (this.#sql.count.get(messageId)?.n ?? 0) >= MOST_REACTORS) return false;
    const newsIn = emoji === '' || uid === this.#me.uid ? null : this.#newsIn(messageId, seq);
    const { changes } = this.#sql.put.run(
      messageId,
      uid,
      name.slice(0, MOST_NAME),
      emoji,
      Math.trunc(seq),
      newsIn === null ? 0 : 1,
    );
    if (changes > 0) this.#any.value = true;
    if (changes > 0 && newsIn !== null) this.#withNews.value.add(newsIn);
    return changes > 0 && (known?.emoji ?? '') !== emoji;
  }

  /** Own messages with reactions that nobody has seen, the oldest first. */
  news(channelNo: number, most: number): NewsOfMessage[] {
    return this.#withNews.value.has(channelNo) ? this.#sql.news.all(channelNo, most) : [];
  }

  /** Those of these messages (message_seq) were looked at; null = of all. Answers whether one was new. */
  saw(channelNo: number, messageSeqs: readonly number[] | null): boolean {
    if (!this.#withNews.value.has(channelNo)) return false;
    if (messageSeqs !== null) return this.#sql.saw.run(channelNo, JSON.stringify(messageSeqs)).changes > 0;
    this.#withNews.value.delete(channelNo);
    return this.#sql.sawAll.run(channelNo).changes > 0;
  }

  /**
   * The channel in which this is a new reaction to an own message; null = it is none. Of a chat whose reactions were
   * never read here nobody knows which are old: there only those to messages of this cache's own time count.
   */
  #newsIn(messageId: string, seq: number): number | null {
    const own = this.#sql.own.get(messageId, this.#me.uid);
    if (!own) return null;
    const isNew = (own.base !== null && seq > own.base) || own.timestamp >= this.#since.value;
    return isNew ? own.channel_no : null;
  }

  /** What triggers should have taken away. */
  forget(messageIds: readonly string[]): void {
    for (const messageId of messageIds) this.#sql.forget.run(messageId);
  }

  /** What the server has just taken from me: its own row, with a seq, follows. */
  putOwn(messageId: string, uid: string, emoji: string): void {
    this.#sql.putOwn.run(messageId, uid, emoji);
    this.#any.value = true;
  }
}

function statements(db: Database.Database) {
  return {
    any: db.prepare<[], unknown>('SELECT 1 FROM reaction LIMIT 1'),
    of: db.prepare<[string], ReactionRow>(
      `SELECT uid, name, emoji, seq FROM reaction WHERE message_id = ? AND emoji <> '' ORDER BY seq, uid`,
    ),
    by: db.prepare<[string, string], Pick<ReactionRow, 'emoji'>>(
      'SELECT emoji FROM reaction WHERE message_id = ? AND uid = ?',
    ),
    count: db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM reaction WHERE message_id = ?'),
    put: db.prepare<[string, string, string, string, number, number]>(
      `INSERT INTO reaction (message_id, uid, name, emoji, seq, unseen) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (message_id, uid) DO UPDATE SET name = excluded.name, emoji = excluded.emoji, seq = excluded.seq,
         unseen = iif(excluded.emoji = reaction.emoji, reaction.unseen, excluded.unseen)
       WHERE excluded.seq > reaction.seq OR (excluded.seq = reaction.seq AND excluded.emoji <> reaction.emoji)`,
    ),
    own: db.prepare<[string, string], { channel_no: number; timestamp: number; base: number | null }>(
      `SELECT m.channel_no, m.timestamp, ch.reaction_base AS base FROM message m JOIN channel ch ON ch.no = m.channel_no
       WHERE m.message_id = ? AND m.from_uid = ? AND m.shown = 1 AND m.recalled = 0`,
    ),
    withNews: db.prepare<[], { channel_no: number }>(
      `SELECT DISTINCT m.channel_no FROM reaction r CROSS JOIN message m USING (message_id) WHERE r.unseen = 1`,
    ),
    news: db.prepare<[number, number], NewsOfMessage>(
      `SELECT DISTINCT m.seq, m.message_id, m.client_msg_no, m.from_uid
       FROM reaction r CROSS JOIN message m USING (message_id)
       WHERE r.unseen = 1 AND m.channel_no = ? AND m.shown = 1 AND m.recalled = 0 ORDER BY m.seq LIMIT ?`,
    ),
    saw: db.prepare<[number, string]>(
      `UPDATE reaction SET unseen = 0 WHERE unseen = 1 AND EXISTS (SELECT 1 FROM message m
       WHERE m.message_id = reaction.message_id AND m.channel_no = ? AND m.seq IN (SELECT value FROM json_each(?)))`,
    ),
    sawAll: db.prepare<[number]>(
      `UPDATE reaction SET unseen = 0 WHERE unseen = 1 AND EXISTS (SELECT 1 FROM message m
       WHERE m.message_id = reaction.message_id AND m.channel_no = ?)`,
    ),
    forget: db.prepare<[string]>('DELETE FROM reaction WHERE message_id = ?'),
    putOwn: db.prepare<[string, string, string]>(
      `INSERT INTO reaction (message_id, uid, name, emoji, seq) VALUES (?, ?, '', ?, 0)
       ON CONFLICT (message_id, uid) DO UPDATE SET emoji = excluded.emoji`,
    ),
  };
}
