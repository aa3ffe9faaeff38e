/**
 * The conversation list. Only server facts are stored; preview, unread and mentions are read from the rows each
 * time, so that no order of events can leave them wrong.
 *
 * unread = (last_seq - read position) - known rows above the read position that do not count (own, recalled,
 * deleted, type 99 and 1006, copies of a resend, not meant for me). System lines count, as on the server
 * (tsdd-api.md 4.1: "a sole group creation counts"), so that loading history does not change the number.
 */
import type Database from 'better-sqlite3';
import {
  ChannelType,
  channelKey,
  type ChannelRef,
  type ConversationView,
} from '../../../../shared/domain.ts';
import { MOST_NEW_REACTIONS } from '../../../../shared/content/reaction.ts';
import { levelOf } from '../../../../shared/notify-level.ts';
import type { StoreContext } from '../context.ts';
import type { SendJob } from '../jobs.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import {
  IN_LIST,
  isInList,
  READ_POSITION,
  type ConversationRow,
} from '../tables/conversations/conversation-row.ts';
import { keyOf } from '../tables/messages/message-row.ts';
import type { MessageTable } from '../tables/messages/message-table.ts';
import type { ReactionTable } from '../tables/messages/reaction-table.ts';
import type { OutboxTables } from '../tables/outbox/outbox-tables.ts';
import type { PeopleTables } from '../tables/people/people-tables.ts';
import { NO_PREVIEW, PREVIEW_COLUMNS, type MessageViews, type PreviewRow } from './message-views.ts';

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
    destroyed: number | null;
  };

type Timed = Pick<PreviewRow, 'timestamp'>;

interface TotalsRow {
  channel_no: number;
  channel_id: string;
  channel_type: number;
  muted: number;
  read_at: number;
  last_seq: number;
  marked_unread: number;
  /** Of a muted one; else 0. */
  mentions: number;
}

const UNCOUNTED = `(SELECT count(*) FROM message x WHERE x.channel_no = c.channel_no AND x.seq > ${READ_POSITION}
  AND x.seq <= c.last_seq AND x.counts = 0)`;
const MENTION_ROWS = `(SELECT count(*) FROM message x WHERE x.channel_no = c.channel_no
  AND x.seq > ${READ_POSITION} AND x.mention = 1)`;
/** Those of messages that are not cached. */
const MENTION_REMINDERS = `(SELECT count(*) FROM reminder r WHERE r.channel_no = c.channel_no AND r.done = 0
  AND r.type = 1 AND r.seq > ${READ_POSITION}
  AND NOT EXISTS (SELECT 1 FROM message x WHERE x.message_id = r.message_id)
  AND NOT EXISTS (SELECT 1 FROM message_extra e WHERE e.message_id = r.message_id
    AND (e.revoke = 1 OR e.mutual_deleted = 1)))`;
/** SQL: what a row `c` of `conversation` says about what is unread; the number of rows that do not count is apart. */
const COUNTS = `${READ_POSITION} AS read_at,
    ${MENTION_ROWS} AS mention_rows, ${MENTION_REMINDERS} AS mention_reminders`;
const MENTIONS = `(${MENTION_ROWS} + ${MENTION_REMINDERS})`;
const LINE = PREVIEW_COLUMNS.map((column) => `m.${column}`).join(', ');
const NEWEST = (channelNo: string): string =>
  `(SELECT x.row FROM message x WHERE x.channel_no = ${channelNo} AND x.shown = 1 ORDER BY x.seq DESC LIMIT 1)`;

const channelOf = (row: Pick<ListRow, 'channel_id' | 'channel_type'>): ChannelRef => ({
  channelId: row.channel_id,
  channelType: row.channel_type,
});

interface Parts {
  channels: ChannelTable;
  people: PeopleTables;
  messages: Pick<MessageTable, 'uncounted'>;
  outbox: OutboxTables;
  reactions: Pick<ReactionTable, 'news'>;
  views: MessageViews;
}

export class ConversationViews {
  readonly #parts: Parts;
  readonly #listRows: Database.Statement<[], ListRow>;
  readonly #newestRows: Database.Statement<[], PreviewRow>;
  readonly #oneRow: Database.Statement<[number], ConversationRow & Omit<UnreadCounts, 'uncounted'>>;
  readonly #newestRow: Database.Statement<[number], PreviewRow>;
  readonly #newestTime: Database.Statement<[number], Timed>;
  readonly #person: Database.Statement<[string], { online: number; destroyed: number }>;
  readonly #totals: Database.Statement<[], TotalsRow>;

  constructor({ db }: Pick<StoreContext, 'db'>, parts: Parts) {
    this.#parts = parts;
    this.#listRows = db.prepare(
      `SELECT c.*, ch.channel_id, ch.channel_type, ch.pinned, ch.muted, ${COUNTS}, ${UNCOUNTED} AS uncounted, u.online AS online, u.destroyed AS destroyed
       FROM conversation c JOIN channel ch ON ch.no = c.channel_no
       LEFT JOIN user u ON ch.channel_type = ${ChannelType.person} AND u.uid = ch.channel_id WHERE ${IN_LIST}`,
    );
    // Newest lines: a query of its own, because building one wide row out of two tables costs more than reading both.
    this.#newestRows = db.prepare(
      `SELECT ${LINE} FROM conversation c JOIN message m ON m.row = ${NEWEST('c.channel_no')} WHERE ${IN_LIST}`,
    );
    // Of one conversation each table is read by its key: in a flood this is asked for every row of every frame, and a
    // join costs several times as much.
    this.#oneRow = db.prepare(`SELECT c.*, ${COUNTS} FROM conversation c WHERE c.channel_no = ?`);
    this.#newestRow = db.prepare(`SELECT ${LINE} FROM message m WHERE m.row = ${NEWEST('?')}`);
    this.#newestTime = db.prepare(`SELECT timestamp FROM message WHERE row = ${NEWEST('?')}`);
    this.#person = db.prepare('SELECT online, destroyed FROM user WHERE uid = ?');
    this.#totals = db.prepare(
      `SELECT c.channel_no, ch.channel_id, ch.channel_type, ch.muted AS muted,
         CASE WHEN ch.muted = 1 THEN ${MENTIONS} ELSE 0 END AS mentions,
         ${READ_POSITION} AS read_at, c.last_seq, c.marked_unread
       FROM conversation c JOIN channel ch ON ch.no = c.channel_no
       WHERE ${IN_LIST} AND (c.last_seq > ${READ_POSITION} OR c.marked_unread = 1)`,
    );
  }

  /** Pinned ones first, then the newest. */
  list(): ConversationView[] {
    const { outbox } = this.#parts;
    const jobs = outbox.sends.lastOfEach();
    const drafts = outbox.drafts.texts();
    const newestLines = new Map(this.#newestRows.all().map((message) => [message.channel_no, message]));
    return this.#listRows
      .all()
      .map((row) => {
        const key = channelKey(channelOf(row));
        return this.#toView(row, newestLines.get(row.channel_no), jobs.get(key), drafts.get(key) ?? '');
      })
      .sort(
        (a, b) =>
          Number(b.pinned) - Number(a.pinned) ||
          b.timestamp - a.timestamp ||
          (channelKey(a.channel) < channelKey(b.channel) ? -1 : 1),
      );
  }

  /** null = not in the list. */
  view(channel: ChannelRef): ConversationView | null {
    const { channels, messages, outbox } = this.#parts;
    const channelNo = channels.find(channel);
    if (channelNo === null) return null;
    const row = this.#oneRow.get(channelNo);
    if (!row || !isInList(row)) return null;
    const { channelId: channel_id, channelType: channel_type } = channel;
    const { pinned, muted } = channels.settings(channel);
    const person = channel_type === ChannelType.person ? this.#person.get(channel_id) : undefined;
    const listRow = {
      ...row,
      uncounted: messages.uncounted.between(channelNo, row.read_at, row.last_seq),
      channel_id,
      channel_type,
      pinned: Number(pinned),
      muted: Number(muted),
      online: person?.online ?? null,
      destroyed: person?.destroyed ?? null,
    };
    const draft = outbox.drafts.of(channel)?.text ?? '';
    const lastJob = outbox.sends.last(channel);
    // Of what is not shown only its time counts.
    const newest = lastJob ? this.#newestTime.get(channelNo) : this.#newestRow.get(channelNo);
    return this.#toView(listRow, newest, lastJob, draft);
  }

  badge(): { unread: number; unreadWithMuted: number } {
    let unread = 0;
    let unreadWithMuted = 0;
    for (const row of this.#totals.all()) {
      const { channel_no: channelNo, last_seq: lastSeq, marked_unread: marked, read_at: readAt } = row;
      const uncounted = this.#parts.messages.uncounted.between(channelNo, readAt, lastSeq);
      const of = Math.max(marked, lastSeq - readAt - uncounted);
      unreadWithMuted += of;
      unread += row.muted === 0 ? of : this.#countedOfMuted(row);
    }
    return { unread, unreadWithMuted };
  }

  /** What of it is told of is counted. */
  #countedOfMuted(row: TotalsRow): number {
    const channel = channelOf(row);
    const level = levelOf({ channel, muted: true, notify: this.#parts.outbox.notices.of(channel) });
    return level === 'mentions' ? row.mentions : 0;
  }

  /** Of what is being recalled nothing is said (docs/reactions.md). */
  #newReactions(channel: ChannelRef, channelNo: number): number[] {
    const { outbox, reactions } = this.#parts;
    return reactions
      .news(channelNo, MOST_NEW_REACTIONS)
      .filter((row) => outbox.recalls.byKey(channel, keyOf(row)) === null)
      .map(({ seq }) => seq);
  }

  #toView(
    row: ListRow,
    message: PreviewRow | Timed | undefined,
    lastJob: SendJob | undefined,
    draft: string,
  ): ConversationView {
    const { outbox, people, views } = this.#parts;
    const channel = channelOf(row);
    const notify = outbox.notices.of(channel);
    const draftFiles = outbox.draftFiles.kinds(channelKey(channel));
    const newReactions = this.#newReactions(channel, row.channel_no);
    let preview = NO_PREVIEW;
    let { timestamp } = row;
    if (message) timestamp = Math.max(timestamp, message.timestamp);
    if (lastJob) {
      preview = views.previewOfJob(lastJob);
      timestamp = Math.max(timestamp, lastJob.timestamp);
    } else if (message && 'payload' in message) preview = views.previewOfRow(message);
    return {
      channel,
      name: people.channelName(channel),
      pinned: row.pinned === 1,
      muted: row.muted === 1,
      ...(notify && { notify }),
      unread: Math.max(0, row.last_seq - row.read_at - row.uncounted),
      mentions: row.mention_rows + row.mention_reminders,
      timestamp,
      lastMessageSeq: row.last_seq,
      readSeq: row.read_at,
      preview,
      draft,
      ...(draftFiles && { draftFiles }),
      online: row.online === 1,
      ...(row.destroyed === 1 && { destroyed: true as const }),
      ...(row.marked_unread === 1 && { markedUnread: true as const }),
      ...(newReactions.length > 0 && { newReactions }),
      ...(row.place_seq !== null && { place: { messageSeq: row.place_seq, offset: row.place_offset } }),
    };
  }
}
