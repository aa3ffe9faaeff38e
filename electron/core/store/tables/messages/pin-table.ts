/**
 * `pin`: which messages are pinned, by what the server says. Triggers take rows away (cache-021-pins.ts), here only
 * what the server no longer names, and the leak check. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import type { StoreContext } from '../../context.ts';
import { Mirror } from '../outbox/mirror.ts';

/** Kept of one chat; a server that tells of more is believed of the newest. */
export const MOST_PINS = 200;

export class PinTable {
  readonly #sql: ReturnType<typeof statements>;
  /** There may be some: most chats have none, and every change of a message asks. */
  readonly #any: Mirror<boolean>;

  constructor(ctx: StoreContext) {
    this.#sql = statements(ctx.db);
    this.#any = new Mirror(ctx, () => this.#sql.any.get() !== undefined);
  }

  get isEmpty(): boolean {
    return !this.#any.value;
  }

  /** Ids, the one that was pinned first first. */
  of(channelNo: number): string[] {
    return this.#any.value ? this.#sql.of.all(channelNo).map(({ message_id: id }) => id) : [];
  }

  has(messageId: string): boolean {
    return this.#any.value && this.#sql.has.get(messageId) !== undefined;
  }

  /** `atMs`: when, server clock. */
  put(channelNo: number, messageId: string, atMs: number): void {
    this.#sql.put.run(messageId, channelNo, Math.trunc(atMs));
    this.#any.value = true;
  }

  remove(messageIds: readonly string[]): void {
    for (const messageId of messageIds) this.#sql.remove.run(messageId);
  }
}

function statements(db: Database.Database) {
  return {
    any: db.prepare<[], unknown>('SELECT 1 FROM pin LIMIT 1'),
    of: db.prepare<[number], { message_id: string }>(
      'SELECT message_id FROM pin WHERE channel_no = ? ORDER BY pinned_at, message_id',
    ),
    has: db.prepare<[string], unknown>('SELECT 1 FROM pin WHERE message_id = ?'),
    put: db.prepare<[string, number, number]>(
      `INSERT INTO pin (message_id, channel_no, pinned_at) VALUES (?, ?, ?)
       ON CONFLICT (message_id) DO UPDATE SET pinned_at = excluded.pinned_at`,
    ),
    remove: db.prepare<[string]>('DELETE FROM pin WHERE message_id = ?'),
  };
}
