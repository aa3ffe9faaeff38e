/**
 * The table `conversation`: what the server said about each, and how far it was read. What the list shows of it is a
 * view.
 */
import type Database from 'better-sqlite3';
import type { ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { ServerConversation } from '../../server-records.ts';
import type { ChannelTable } from '../channels/channel-table.ts';
import type { OutboxTables } from '../outbox/outbox-tables.ts';
import { isInList, newConversation, readPositionOf, type ConversationRow } from './conversation-row.ts';
import type { ReminderTable } from './reminder-table.ts';

/** What a delivery of messages may change. */
type Head = Pick<ConversationRow, 'last_seq' | 'listed' | 'first_live_seq'>;

interface Parts {
  channels: ChannelTable;
  outbox: Pick<OutboxTables, 'sends'>;
  reminders: ReminderTable;
}

export class ConversationTable {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;
  readonly #get: Database.Statement<[number], ConversationRow>;
  readonly #put: Database.Statement<[ConversationRow]>;
  /** Asked and written for each chat of every batch: by three columns, which cost a third of the row. */
  readonly #head: Database.Statement<[number], Head>;
  readonly #putHead: Database.Statement<[number, number, number | null, number]>;
  readonly #offset: Database.Statement<[number], Pick<ConversationRow, 'offset_seq' | 'offset_at'>>;
  readonly #lastSeq: Database.Statement<[number], number>;
  readonly #listed: Database.Statement<[], { channel_no: number }>;
  readonly #newest: Database.Statement<[number], { timestamp: number }>;
  readonly #lastSeqs: Database.Statement<[], { channel_id: string; channel_type: number; last_seq: number }>;

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    const { db } = ctx;
    this.#get = db.prepare('SELECT * FROM conversation WHERE channel_no = ?');
    const columns = Object.keys(newConversation(0));
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO conversation (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`,
    );
    this.#head = db.prepare('SELECT last_seq, listed, first_live_seq FROM conversation WHERE channel_no = ?');
    this.#putHead = db.prepare(
      'UPDATE conversation SET last_seq = ?, listed = ?, first_live_seq = ? WHERE channel_no = ?',
    );
    this.#offset = db.prepare('SELECT offset_seq, offset_at FROM conversation WHERE channel_no = ?');
    this.#lastSeq = db
      .prepare<[number], number>('SELECT last_seq FROM conversation WHERE channel_no = ?')
      .pluck();
    this.#listed = db.prepare('SELECT channel_no FROM conversation WHERE listed = 1');
    this.#newest = db.prepare('SELECT timestamp FROM message WHERE channel_no = ? ORDER BY seq DESC LIMIT 1');
    this.#lastSeqs = db.prepare(
      `SELECT ch.channel_id, ch.channel_type, c.last_seq FROM conversation c JOIN channel ch ON ch.no = c.channel_no
       WHERE c.listed = 1 AND c.last_seq > 0`,
    );
  }

  get(channelNo: number): ConversationRow | undefined {
    return this.#get.get(channelNo);
  }

  /** The history at or below `upTo` was cleared; that was known at `at` (Unix seconds). 0 = it was not. */
  cleared(channelNo: number): { upTo: number; at: number } {
    const row = this.#offset.get(channelNo);
    return { upTo: row?.offset_seq ?? 0, at: row?.offset_at ?? 0 };
  }

  /** Highest seq known to exist. */
  lastSeq(channelNo: number): number | undefined {
    return this.#lastSeq.get(channelNo);
  }

  /**
   * Rows of a channel were delivered. `live`: just now, so the conversation belongs in the list. `changed`: some row
   * is new or different.
   */
  touch(
    channelNo: number,
    { lowest, highest }: { lowest: number; highest: number },
    source: 'live' | 'history' | 'conversation',
    changed: boolean,
  ): void {
    const before = this.#head.get(channelNo);
    const head: Head = before ?? newConversation(channelNo);
    const last = Math.max(head.last_seq, highest);
    const listed = source === 'history' ? head.listed : 1;
    const first = source === 'live' ? Math.min(head.first_live_seq ?? lowest, lowest) : head.first_live_seq;
    const same = before?.last_seq === last && before.listed === listed && before.first_live_seq === first;
    if (!before)
      this.#put.run({ ...newConversation(channelNo), last_seq: last, listed, first_live_seq: first });
    else if (!same) this.#putHead.run(last, listed, first, channelNo);
    if (changed || !same) this.#ctx.changes.conversation(this.#parts.channels.ref(channelNo));
  }

  /** The channel's seqs start anew: positions in it mean nothing any more. */
  restart(channelNo: number): void {
    const row = this.#get.get(channelNo);
    if (!row) return;
    this.#put.run({ ...newConversation(channelNo), listed: row.listed, timestamp: row.timestamp });
    this.#parts.reminders.forget(channelNo);
    this.#ctx.changes.conversation(this.#parts.channels.ref(channelNo));
  }

  /** Answers the seq up to which the history was cleared since the last time; 0 = it was not. */
  apply(server: ServerConversation): number {
    const { channels } = this.#parts;
    const channelNo = channels.no(server.channel);
    const row = { ...(this.#get.get(channelNo) ?? newConversation(channelNo)) };
    const offsetBefore = row.offset_seq;
    row.listed = 1;
    row.last_seq = Math.max(row.last_seq, Math.trunc(server.lastMessageSeq));
    row.timestamp = Math.max(row.timestamp, Math.trunc(server.timestamp));
    row.offset_seq = Math.max(row.offset_seq, Math.trunc(server.offsetSeq));
    if (row.offset_seq > offsetBefore) row.offset_at = this.#nowSeconds();
    if (row.first_live_seq !== null && row.offset_seq > offsetBefore)
      row.first_live_seq = Math.max(row.first_live_seq, row.offset_seq + 1);
    row.version = server.version;
    const read = Math.max(0, Math.trunc(server.lastMessageSeq - server.unread));
    row.read_seq = Math.max(row.read_seq ?? 0, read);
    this.#put.run(row);
    channels.setSettings(server.channel, { muted: server.muted, pinned: server.pinned });
    this.#ctx.changes.conversation(server.channel);
    this.#ctx.changes.channelInfo(server.channel);
    return row.offset_seq > offsetBefore ? row.offset_seq : 0;
  }

  /** What lies at or below `seq` is not for me. */
  setOffset(channel: ChannelRef, seq: number): void {
    const row = this.#find(channel);
    if (!row || row.offset_seq === seq) return;
    this.#put.run({ ...row, offset_seq: seq, offset_at: this.#nowSeconds() });
    this.#ctx.changes.conversation(channel);
  }

  /**
   * Takes everything out of the list that `keep` does not hold and whose newest row is older than `newerThan` (Unix
   * seconds). Answers which.
   */
  unlistOthers(keep: ReadonlySet<number>, newerThan: number): number[] {
    const { channels, outbox } = this.#parts;
    const gone: number[] = [];
    for (const { channel_no } of this.#listed.all()) {
      if (keep.has(channel_no)) continue;
      // A conversation that began after the server wrote its list is not missing from it.
      if ((this.#newest.get(channel_no)?.timestamp ?? 0) >= newerThan) continue;
      const channel = channels.ref(channel_no);
      if (outbox.sends.last(channel)) continue;
      const row = this.#get.get(channel_no);
      if (!row) continue;
      this.#put.run({ ...row, listed: 0 });
      this.#leftList(channel, row);
      gone.push(channel_no);
    }
    return gone;
  }

  ensureListed(channel: ChannelRef): void {
    const row = this.#orNew(channel);
    if (isInList(row)) return;
    this.#put.run({ ...row, listed: 1, hidden_seq: null });
    this.#ctx.changes.conversation(channel);
  }

  markRead(channel: ChannelRef, seq: number): void {
    const row = this.#orNew(channel);
    const now = readPositionOf(row);
    if (seq <= now && row.read_seq !== null && row.marked_unread === 0) return;
    this.#put.run({ ...row, read_seq: Math.max(now, Math.trunc(seq)), marked_unread: 0 });
    this.#ctx.changes.conversation(channel);
    this.#ctx.changes.read(channel, seq);
  }

  /** Only here: servers move read positions forward only (tsdd-api.md 4.2). */
  setMarkedUnread(channel: ChannelRef, on: boolean): void {
    const row = this.#find(channel);
    if (!row || (row.marked_unread === 1) === on) return;
    this.#put.run({ ...row, marked_unread: Number(on) });
    this.#ctx.changes.conversation(channel);
  }

  /** Nothing is told of it: only who opens the chat asks. */
  setPlace(channel: ChannelRef, place: { messageSeq: number; offset: number } | null): void {
    const row = this.#find(channel);
    if (!row) return;
    this.#put.run({
      ...row,
      place_seq: place ? Math.trunc(place.messageSeq) : null,
      place_offset: place ? Math.trunc(place.offset) : 0,
    });
  }

  /** Everything up to here is read; null = nothing is known of this conversation. */
  readPosition(channel: ChannelRef): number | null {
    const row = this.#find(channel);
    return row ? readPositionOf(row) : null;
  }

  hide(channel: ChannelRef): void {
    const row = this.#find(channel);
    if (!row) return;
    this.#put.run({ ...row, hidden_seq: row.last_seq });
    this.#leftList(channel, row);
  }

  /** What was announced of it goes with its row. */
  #leftList(channel: ChannelRef, row: ConversationRow): void {
    this.#ctx.changes.removedConversation(channel);
    this.#ctx.changes.read(channel, row.last_seq);
  }

  /** `last_msg_seqs` of conversation/sync: `id:type:seq|…`. */
  lastMessageSeqs(): string {
    return this.#lastSeqs
      .all()
      .filter((row) => !/[:|]/.test(row.channel_id))
      .map((row) => `${row.channel_id}:${row.channel_type}:${row.last_seq}`)
      .join('|');
  }

  #nowSeconds(): number {
    return Math.floor(this.#ctx.serverNow() / 1000);
  }

  #find(channel: ChannelRef): ConversationRow | undefined {
    const channelNo = this.#parts.channels.find(channel);
    return channelNo === null ? undefined : this.#get.get(channelNo);
  }

  #orNew(channel: ChannelRef): ConversationRow {
    const channelNo = this.#parts.channels.no(channel);
    return this.#get.get(channelNo) ?? newConversation(channelNo);
  }
}
