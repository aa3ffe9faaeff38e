/** What asks for attention in a conversation although it may not be cached: mentions and join requests. */
import type Database from 'better-sqlite3';
import type { ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { Reminder } from '../../server-records.ts';
import type { ChannelTable } from '../channels/channel-table.ts';

const JOIN_REQUEST = 2;

export class ReminderTable {
  readonly #ctx: StoreContext;
  readonly #channels: ChannelTable;
  readonly #get: Database.Statement<[number], { version: number; done: number }>;
  readonly #put: Database.Statement<[number, number, number, string, number, number, number]>;
  readonly #removeAll: Database.Statement<[number]>;
  readonly #open: Database.Statement<[number, number], { id: number }>;
  readonly #notCached: Database.Statement<[number, number], { seq: number }>;

  constructor(ctx: StoreContext, channels: ChannelTable) {
    this.#ctx = ctx;
    this.#channels = channels;
    const { db } = ctx;
    this.#get = db.prepare('SELECT version, done FROM reminder WHERE id = ?');
    this.#put = db.prepare(
      'INSERT OR REPLACE INTO reminder (id, channel_no, seq, message_id, type, done, version) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#removeAll = db.prepare('DELETE FROM reminder WHERE channel_no = ?');
    this.#open = db.prepare(
      'SELECT id FROM reminder WHERE channel_no = ? AND seq <= ? AND done = 0 ORDER BY id',
    );
    this.#notCached = db.prepare(
      `SELECT DISTINCT r.seq FROM reminder r WHERE r.channel_no = ? AND r.type = ${JOIN_REQUEST}
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.message_id = r.message_id) ORDER BY r.seq DESC LIMIT ?`,
    );
  }

  apply(reminders: readonly Reminder[]): void {
    for (const reminder of reminders) {
      const before = this.#get.get(reminder.id);
      if (before && before.version > reminder.version) continue;
      const done = reminder.done || (before?.version === reminder.version && before.done === 1);
      this.#put.run(
        reminder.id,
        this.#channels.no(reminder.channel),
        Math.trunc(reminder.messageSeq),
        reminder.messageId,
        Math.trunc(reminder.type),
        Number(done),
        Math.trunc(reminder.version),
      );
      this.#ctx.changes.conversation(reminder.channel);
    }
  }

  /** Ids of those at or below `uptoSeq` that are not done. */
  open(channel: ChannelRef, uptoSeq: number): number[] {
    const channelNo = this.#channels.find(channel);
    return channelNo === null ? [] : this.#open.all(channelNo, uptoSeq).map((row) => row.id);
  }

  /** Invitations to confirm whose line is not cached. */
  unreadInvitations(channel: ChannelRef, limit: number): number[] {
    const channelNo = this.#channels.find(channel);
    return channelNo === null ? [] : this.#notCached.all(channelNo, limit).map((row) => row.seq);
  }

  forget(channelNo: number): void {
    this.#removeAll.run(channelNo);
  }
}
