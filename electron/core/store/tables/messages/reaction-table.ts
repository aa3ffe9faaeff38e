/**
 * `reaction`: who reacted to what. Triggers take rows away (cache-019-reactions.ts), here only the leak check does.
 * Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import type { ServerReaction } from '../../server-records.ts';
import { Mirror } from '../outbox/mirror.ts';

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

export class ReactionTable {
  readonly #sql: ReturnType<typeof statements>;
  /** There may be some: most caches have none, and every message that is drawn asks. */
  readonly #any: Mirror<boolean>;

  constructor(ctx: StoreContext) {
    this.#sql = statements(ctx.db);
    this.#any = new Mirror(ctx, () => this.#sql.any.get() !== undefined);
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
    const { changes } = this.#sql.put.run(messageId, uid, name.slice(0, MOST_NAME), emoji, Math.trunc(seq));
    if (changes > 0) this.#any.value = true;
    return changes > 0 && (known?.emoji ?? '') !== emoji;
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
    put: db.prepare<[string, string, string, string, number]>(
      `INSERT INTO reaction (message_id, uid, name, emoji, seq) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (message_id, uid) DO UPDATE SET name = excluded.name, emoji = excluded.emoji, seq = excluded.seq
       WHERE excluded.seq > reaction.seq OR (excluded.seq = reaction.seq AND excluded.emoji <> reaction.emoji)`,
    ),
    forget: db.prepare<[string]>('DELETE FROM reaction WHERE message_id = ?'),
    putOwn: db.prepare<[string, string, string]>(
      `INSERT INTO reaction (message_id, uid, name, emoji, seq) VALUES (?, ?, '', ?, 0)
       ON CONFLICT (message_id, uid) DO UPDATE SET emoji = excluded.emoji`,
    ),
  };
}
