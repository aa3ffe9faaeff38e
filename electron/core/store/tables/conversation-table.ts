/**
 * The conversation list. Only server facts are stored; preview, unread and mentions are read from the rows each
 * time, so that no order of events can leave them wrong.
 *
 * unread = (last_seq - read position) - known rows above the read position that do not count (own, recalled,
 * deleted, type 99 and 1006, copies of a resend, not meant for me). System lines count, as on the server
 * (tsdd-api.md 4.1: "a sole group creation counts"), so that loading history does not change the number.
 */
import { ChannelType, type ChannelRef, type ConversationView } from '../../../../shared/domain.ts';
import type { ChannelTable } from './channel-table.ts';
import type { StoreContext } from '../context.ts';
import type { MessageRow } from './messages/message-row.ts';
import { NO_PREVIEW, type MessageViews } from '../views/message-views.ts';
import type { OutboxTables } from './outbox/outbox-tables.ts';
import type { PeopleTables } from './people/people-tables.ts';
import type { Reminder, ServerConversation } from '../server-records.ts';
import type { SendJob } from '../jobs.ts';
import { channelKey } from '../../../../shared/domain.ts';

export interface ConversationRow {
  channel_no: number;
  listed: number;
  last_seq: number;
  timestamp: number;
  offset_seq: number;
  version: string;
  /** Read position the server or the user stated; null = not stated. */
  read_seq: number | null;
  /** First seq that arrived live while nothing was stated: what came before counts as read. */
  first_live_seq: number | null;
  hidden_seq: number | null;
}

export interface ConversationTable {
  get(channelNo: number): ConversationRow | undefined;
  /** Highest seq known to exist. */
  lastSeq(channelNo: number): number | undefined;
  /**
   * Rows of a channel were delivered. `live`: just now, so the conversation belongs in the list. `changed`: some row
   * is new or different.
   */
  touch(
    channelNo: number,
    seqs: { lowest: number; highest: number },
    source: 'live' | 'history' | 'conversation',
    changed: boolean,
  ): void;
  /** The channel's seqs start anew: positions in it mean nothing any more. */
  restart(channelNo: number): void;
  apply(server: ServerConversation): void;
  /** What lies at or below `seq` is not for me. */
  setOffset(channel: ChannelRef, seq: number): void;
  /** Takes everything out of the list that `keep` does not hold. */
  unlistOthers(keep: ReadonlySet<number>, newerThan: number): void;
  list(): ConversationView[];
  view(channel: ChannelRef): ConversationView | null;
  ensureListed(channel: ChannelRef): void;
  markRead(channel: ChannelRef, seq: number): void;
  /** Everything up to here is read; null = nothing is known of this conversation. */
  readPosition(channel: ChannelRef): number | null;
  hide(channel: ChannelRef): void;
  lastMessageSeqs(): string;
  badge(): { unread: number; unreadWithMuted: number };
  applyReminders(reminders: readonly Reminder[]): void;
  openReminders(channel: ChannelRef, uptoSeq: number): number[];
}

interface UnreadCounts {
  read_at: number;
  uncounted: number;
  mention_rows: number;
  mention_reminders: number;
}
type ListRow = ConversationRow &
  UnreadCounts & {
    channel_id: string;
    channel_type: number;
    pinned: number;
    muted: number;
    online: number | null;
  };

/** SQL: the read position in effect of a row `c` of `conversation`. */
export const READ_POSITION = `max(c.offset_seq, coalesce(c.read_seq, c.first_live_seq - 1, c.last_seq))`;
const VISIBLE = `c.listed = 1 AND (c.hidden_seq IS NULL OR c.last_seq > c.hidden_seq)`;
const UNCOUNTED = `(SELECT count(*) FROM message x WHERE x.channel_no = c.channel_no AND x.seq > ${READ_POSITION}
  AND x.seq <= c.last_seq AND x.counts = 0)`;

/** SQL: what a row `c` of `conversation` says about what is unread. */
const COUNTS = `${READ_POSITION} AS read_at, ${UNCOUNTED} AS uncounted,
    (SELECT count(*) FROM message x WHERE x.channel_no = c.channel_no AND x.seq > ${READ_POSITION} AND x.mention = 1)
      AS mention_rows,
    (SELECT count(*) FROM reminder r WHERE r.channel_no = c.channel_no AND r.done = 0 AND r.type = 1
      AND r.seq > ${READ_POSITION}
      AND NOT EXISTS (SELECT 1 FROM message x WHERE x.message_id = r.message_id)
      AND NOT EXISTS (SELECT 1 FROM message_extra e WHERE e.message_id = r.message_id AND e.revoke = 1))
      AS mention_reminders`;
const NEWEST = (channelNo: string): string =>
  `(SELECT x.row FROM message x WHERE x.channel_no = ${channelNo} AND x.shown = 1 ORDER BY x.seq DESC LIMIT 1)`;

const channelOf = (row: ListRow): ChannelRef => ({
  channelId: row.channel_id,
  channelType: row.channel_type,
});

const fresh = (channelNo: number): ConversationRow => ({
  channel_no: channelNo,
  listed: 0,
  last_seq: 0,
  timestamp: 0,
  offset_seq: 0,
  version: '0',
  read_seq: null,
  first_live_seq: null,
  hidden_seq: null,
});

/** `READ_POSITION` of a row at hand. */
const readNow = (row: ConversationRow): number =>
  Math.max(
    row.offset_seq,
    row.read_seq ?? (row.first_live_seq === null ? row.last_seq : row.first_live_seq - 1),
  );

export function createConversationTable(
  ctx: StoreContext,
  channels: ChannelTable,
  people: PeopleTables,
  outbox: OutboxTables,
  views: MessageViews,
): ConversationTable {
  const { db, changes } = ctx;
  const get = db.prepare<[number], ConversationRow>('SELECT * FROM conversation WHERE channel_no = ?');
  const lastSeq = db
    .prepare<[number], number>('SELECT last_seq FROM conversation WHERE channel_no = ?')
    .pluck();
  const put = db.prepare<[ConversationRow]>(
    `INSERT OR REPLACE INTO conversation (channel_no, listed, last_seq, timestamp, offset_seq, version, read_seq,
     first_live_seq, hidden_seq) VALUES (@channel_no, @listed, @last_seq, @timestamp, @offset_seq, @version, @read_seq,
     @first_live_seq, @hidden_seq)`,
  );
  const listRows = db.prepare<[], ListRow>(
    `SELECT c.*, ch.channel_id, ch.channel_type, ch.pinned, ch.muted, ${COUNTS}, u.online AS online
     FROM conversation c JOIN channel ch ON ch.no = c.channel_no
     LEFT JOIN user u ON ch.channel_type = ${ChannelType.person} AND u.uid = ch.channel_id WHERE ${VISIBLE}`,
  );
  // Of one conversation each table is read by its key: in a flood this is asked for every row of every frame, and a join
  // costs several times as much.
  const oneRow = db.prepare<[number], ConversationRow & UnreadCounts>(
    `SELECT c.*, ${COUNTS} FROM conversation c WHERE c.channel_no = ?`,
  );
  const onlineOf = db.prepare<[string], number>('SELECT online FROM user WHERE uid = ?').pluck();
  // Newest lines: a query of its own, because building one wide row out of two tables costs more than reading both.
  const newestRows = db.prepare<[], MessageRow>(
    `SELECT m.* FROM conversation c JOIN message m ON m.row = ${NEWEST('c.channel_no')} WHERE ${VISIBLE}`,
  );
  const newestRow = db.prepare<[number], MessageRow>(`SELECT * FROM message WHERE row = ${NEWEST('?')}`);
  const listed = db.prepare<[], { channel_no: number }>(
    'SELECT channel_no FROM conversation WHERE listed = 1',
  );
  const newest = db.prepare<[number], { timestamp: number }>(
    'SELECT timestamp FROM message WHERE channel_no = ? ORDER BY seq DESC LIMIT 1',
  );
  const lastSeqs = db.prepare<[], { channel_id: string; channel_type: number; last_seq: number }>(
    `SELECT ch.channel_id, ch.channel_type, c.last_seq FROM conversation c JOIN channel ch ON ch.no = c.channel_no
     WHERE c.listed = 1 AND c.last_seq > 0`,
  );
  const totals = db.prepare<[], { muted: number; unread: number }>(
    `SELECT ch.muted AS muted, max(0, c.last_seq - ${READ_POSITION} - ${UNCOUNTED}) AS unread
     FROM conversation c JOIN channel ch ON ch.no = c.channel_no WHERE ${VISIBLE} AND c.last_seq > ${READ_POSITION}`,
  );
  const getReminder = db.prepare<[number], { version: number; done: number }>(
    'SELECT version, done FROM reminder WHERE id = ?',
  );
  const putReminder = db.prepare<[number, number, number, string, number, number, number]>(
    'INSERT OR REPLACE INTO reminder (id, channel_no, seq, message_id, type, done, version) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const dropReminders = db.prepare<[number]>('DELETE FROM reminder WHERE channel_no = ?');
  const openIds = db.prepare<[number, number], { id: number }>(
    'SELECT id FROM reminder WHERE channel_no = ? AND seq <= ? AND done = 0 ORDER BY id',
  );

  const isVisible = (row: ConversationRow): boolean =>
    row.listed === 1 && (row.hidden_seq === null || row.last_seq > row.hidden_seq);

  function toView(
    row: ListRow,
    message: MessageRow | undefined,
    lastJob: SendJob | undefined,
    draft: string,
  ): ConversationView {
    const channel = channelOf(row);
    let preview = NO_PREVIEW;
    let { timestamp } = row;
    if (message) {
      preview = views.previewOfRow(message);
      timestamp = Math.max(timestamp, message.timestamp);
    }
    if (lastJob) {
      preview = views.previewOfJob(lastJob);
      timestamp = Math.max(timestamp, lastJob.timestamp);
    }
    return {
      channel,
      name: people.channelName(channel),
      pinned: row.pinned === 1,
      muted: row.muted === 1,
      unread: Math.max(0, row.last_seq - row.read_at - row.uncounted),
      mentions: row.mention_rows + row.mention_reminders,
      timestamp,
      lastMessageSeq: row.last_seq,
      readSeq: row.read_at,
      preview,
      draft,
      online: row.online === 1,
    };
  }

  return {
    get: (channelNo) => get.get(channelNo),
    lastSeq: (channelNo) => lastSeq.get(channelNo),
    touch(channelNo, { lowest, highest }, source, changed) {
      const before = get.get(channelNo);
      const row = { ...(before ?? fresh(channelNo)) };
      row.last_seq = Math.max(row.last_seq, highest);
      if (source !== 'history') row.listed = 1;
      if (source === 'live') row.first_live_seq = Math.min(row.first_live_seq ?? lowest, lowest);
      const same =
        before?.last_seq === row.last_seq &&
        before.listed === row.listed &&
        before.first_live_seq === row.first_live_seq;
      if (!same) put.run(row);
      if (changed || !same) changes.conversation(channels.ref(channelNo));
    },
    restart(channelNo) {
      const row = get.get(channelNo);
      if (!row) return;
      put.run({ ...fresh(channelNo), listed: row.listed, timestamp: row.timestamp });
      dropReminders.run(channelNo);
      changes.conversation(channels.ref(channelNo));
    },
    apply(server) {
      const channelNo = channels.no(server.channel);
      const row = { ...(get.get(channelNo) ?? fresh(channelNo)) };
      row.listed = 1;
      row.last_seq = Math.max(row.last_seq, Math.trunc(server.lastMessageSeq));
      row.timestamp = Math.max(row.timestamp, Math.trunc(server.timestamp));
      row.offset_seq = Math.max(row.offset_seq, Math.trunc(server.offsetSeq));
      row.version = server.version;
      const read = Math.max(0, Math.trunc(server.lastMessageSeq - server.unread));
      row.read_seq = Math.max(row.read_seq ?? 0, read);
      put.run(row);
      channels.setSettings(server.channel, { muted: server.muted, pinned: server.pinned });
      changes.conversation(server.channel);
      changes.channelInfo(server.channel);
    },
    setOffset(channel, seq) {
      const channelNo = channels.find(channel);
      const row = channelNo === null ? undefined : get.get(channelNo);
      if (!row || row.offset_seq === seq) return;
      put.run({ ...row, offset_seq: seq });
      changes.conversation(channel);
    },
    unlistOthers(keep, newerThan) {
      for (const { channel_no } of listed.all()) {
        if (keep.has(channel_no)) continue;
        // A conversation that began after the server wrote its list is not missing from it.
        if ((newest.get(channel_no)?.timestamp ?? 0) >= newerThan) continue;
        const channel = channels.ref(channel_no);
        if (outbox.sends.last(channel)) continue;
        const row = get.get(channel_no);
        if (!row) continue;
        put.run({ ...row, listed: 0 });
        changes.removedConversation(channel);
      }
    },
    list() {
      const jobs = outbox.sends.lastOfEach();
      const drafts = outbox.drafts.texts();
      const newestLines = new Map(newestRows.all().map((message) => [message.channel_no, message]));
      return listRows
        .all()
        .map((row) => {
          const key = channelKey(channelOf(row));
          return toView(row, newestLines.get(row.channel_no), jobs.get(key), drafts.get(key) ?? '');
        })
        .sort(
          (a, b) =>
            Number(b.pinned) - Number(a.pinned) ||
            b.timestamp - a.timestamp ||
            (channelKey(a.channel) < channelKey(b.channel) ? -1 : 1),
        );
    },
    view(channel) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return null;
      const row = oneRow.get(channelNo);
      if (!row || !isVisible(row)) return null;
      const { channelId: channel_id, channelType: channel_type } = channel;
      const { pinned, muted } = channels.settings(channel);
      const online = channel_type === ChannelType.person ? (onlineOf.get(channel_id) ?? null) : null;
      const listRow = {
        ...row,
        channel_id,
        channel_type,
        pinned: Number(pinned),
        muted: Number(muted),
        online,
      };
      const draft = outbox.drafts.of(channel)?.text ?? '';
      return toView(listRow, newestRow.get(channelNo), outbox.sends.last(channel), draft);
    },
    ensureListed(channel) {
      const channelNo = channels.no(channel);
      const row = get.get(channelNo) ?? fresh(channelNo);
      if (isVisible(row)) return;
      put.run({ ...row, listed: 1, hidden_seq: null });
      changes.conversation(channel);
    },
    markRead(channel, seq) {
      const channelNo = channels.no(channel);
      const row = get.get(channelNo) ?? fresh(channelNo);
      const now = readNow(row);
      if (seq <= now && row.read_seq !== null) return;
      put.run({ ...row, read_seq: Math.max(now, Math.trunc(seq)) });
      changes.conversation(channel);
      changes.read(channel, seq);
    },
    readPosition(channel) {
      const channelNo = channels.find(channel);
      const row = channelNo === null ? undefined : get.get(channelNo);
      return row ? readNow(row) : null;
    },
    hide(channel) {
      const channelNo = channels.find(channel);
      const row = channelNo === null ? undefined : get.get(channelNo);
      if (!row) return;
      put.run({ ...row, hidden_seq: row.last_seq });
      changes.removedConversation(channel);
    },
    lastMessageSeqs: () =>
      lastSeqs
        .all()
        .filter((row) => !/[:|]/.test(row.channel_id))
        .map((row) => `${row.channel_id}:${row.channel_type}:${row.last_seq}`)
        .join('|'),
    badge() {
      let unread = 0;
      let unreadWithMuted = 0;
      for (const row of totals.iterate()) {
        unreadWithMuted += row.unread;
        if (row.muted === 0) unread += row.unread;
      }
      return { unread, unreadWithMuted };
    },
    applyReminders(reminders) {
      for (const reminder of reminders) {
        const before = getReminder.get(reminder.id);
        if (before && before.version > reminder.version) continue;
        const done = reminder.done || (before?.version === reminder.version && before.done === 1);
        putReminder.run(
          reminder.id,
          channels.no(reminder.channel),
          Math.trunc(reminder.messageSeq),
          reminder.messageId,
          Math.trunc(reminder.type),
          Number(done),
          Math.trunc(reminder.version),
        );
        changes.conversation(reminder.channel);
      }
    },
    openReminders(channel, uptoSeq) {
      const channelNo = channels.find(channel);
      return channelNo === null ? [] : openIds.all(channelNo, uptoSeq).map((row) => row.id);
    },
  };
}
