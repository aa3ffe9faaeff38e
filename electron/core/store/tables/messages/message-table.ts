/**
 * The table `message` and its search index. `settle` is the only writer: it derives the rows of one message (usually
 * one, several after a resend) from everything known and writes what differs. Because it always starts from the
 * facts, the order in which they came cannot matter.
 */
import { messageKey } from '../../../../../shared/domain.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Absent } from './absent.ts';
import type { ChannelTable } from '../channel-table.ts';
import type { StoreContext } from '../../context.ts';
import type { ExtraRow, ExtraTable } from './extra-table.ts';
import { deriveRow, groupState, type MessageFacts } from './message-derive.ts';
import {
  MESSAGE_COLUMNS,
  sameIdentity,
  STATE_COLUMNS,
  type MessageRow,
  type StoredMessage,
} from './message-row.ts';
import { isPayload, type Payload } from './payload.ts';

export interface Settled {
  /** All rows of the message as they are now. */
  rows: StoredMessage[];
  changed: boolean;
  /** Rows that lost their content in this call because the message is recalled, as they were before. */
  erased: StoredMessage[];
  /** Something changed, and cached messages quote it. */
  quoted: boolean;
}

export interface MessageTable {
  byId(messageId: string): StoredMessage | undefined;
  /** Rows of the same (channel, sender, client_msg_no), `row` included. */
  group(row: Pick<MessageRow, 'channel_no' | 'from_uid' | 'client_msg_no' | 'message_id'>): StoredMessage[];
  /** The row that stands for a view key; undefined when nothing is stored under it. */
  byKey(channelNo: number, key: string): StoredMessage | undefined;
  /** Inserts or updates the message of `facts` together with its copies. */
  put(facts: MessageFacts, live: boolean): Settled;
  /** Rows of (channel, sender, client_msg_no), lowest seq first. */
  copies(clientMsgNo: string, channelNo: number, fromUid: string): StoredMessage[];
  /** Rows of a channel that have one of the seqs. */
  atSeqs(channelNo: number, seqs: readonly number[]): { seq: number; message_id: string }[];
  /** Erases every row of a channel. */
  forgetChannel(channelNo: number): void;
  /** Derives the rows of a message again after its extras or its `deleted` changed. */
  refresh(messageId: string): Settled | null;
  markDeleted(messageId: string): void;
  /** Rows that quote the given message, in any channel: their views changed. Answers whether there are any. */
  markQuotersChanged(messageId: string): boolean;
}

export const keyOf = (row: Pick<MessageRow, 'from_uid' | 'client_msg_no' | 'message_id'>): string =>
  messageKey({ fromUid: row.from_uid, clientMsgNo: row.client_msg_no, messageId: row.message_id });

export function payloadOfRow(row: Pick<MessageRow, 'payload'>): Payload | null {
  if (row.payload === null) return null;
  const parsed: unknown = JSON.parse(row.payload);
  return isPayload(parsed) ? parsed : null;
}

/** Rows kept in memory after they were written: about what a flood brings in a frame. */
const RECENT = 4_000;

const factsOf = (row: StoredMessage): MessageFacts => ({ ...row, payload: payloadOfRow(row) });

export function createMessageTable(
  ctx: StoreContext,
  channels: ChannelTable,
  extras: ExtraTable,
  index: SearchIndex,
  absent: Absent,
  /** Marks messages that wait in the outbox and quote this one. */
  markQuotingSends: (messageId: string) => void,
): MessageTable {
  const { db, changes, me } = ctx;
  const byId = db.prepare<[string], StoredMessage>('SELECT * FROM message WHERE message_id = ?');
  // Named, because without statistics the planner prefers the channel's index: a scan of the channel.
  const byClientNo = db.prepare<[string, number, string], StoredMessage>(
    `SELECT * FROM message INDEXED BY message_by_client_no
     WHERE client_msg_no = ? AND client_msg_no <> '' AND channel_no = ? AND from_uid = ?`,
  );
  const insert = db.prepare<[unknown[]]>(
    `INSERT INTO message (${MESSAGE_COLUMNS.join(', ')}) VALUES (${MESSAGE_COLUMNS.map(() => '?').join(', ')})`,
  );
  const updateAll = updateOf(MESSAGE_COLUMNS);
  // SQLite rewrites the index of every column that is named, changed or not.
  const updateState = updateOf(STATE_COLUMNS);
  const setDeleted = db.prepare<[string]>('UPDATE message SET deleted = 1 WHERE message_id = ?');
  const atSeqs = db.prepare<[string, number], { seq: number; message_id: string }>(
    `SELECT m.seq, m.message_id FROM json_each(?) j CROSS JOIN message m INDEXED BY message_by_seq
     ON m.channel_no = ? AND m.seq = j.value`,
  );
  const indexed = db.prepare<[number], { row: number; search_text: string }>(
    'SELECT row, search_text FROM message WHERE channel_no = ? AND search_text IS NOT NULL',
  );
  const removeAll = db.prepare<[number]>('DELETE FROM message WHERE channel_no = ?');
  type Quoter = Pick<StoredMessage, 'channel_no' | 'from_uid' | 'client_msg_no' | 'message_id'>;
  const quoters = db.prepare<[string], Quoter>(
    'SELECT channel_no, from_uid, client_msg_no, message_id FROM message WHERE quote_message_id = ?',
  );

  function updateOf(columns: readonly (keyof MessageRow)[]): (row: StoredMessage) => void {
    const statement = db.prepare<[unknown[]]>(
      `UPDATE message SET ${columns.map((c) => `${c} = ?`).join(', ')} WHERE row = ?`,
    );
    return (row) => void statement.run([...columns.map((c) => row[c]), row.row]);
  }

  /** Lowest seq first. Sorted here: a sorter in SQLite costs more than the whole look-up, and one row is the rule. */
  function copies(clientMsgNo: string, channelNo: number, fromUid: string): StoredMessage[] {
    return byClientNo
      .all(clientMsgNo, channelNo, fromUid)
      .sort((a, b) => a.seq - b.seq || (a.message_id < b.message_id ? -1 : 1));
  }

  function group(
    row: Pick<MessageRow, 'channel_no' | 'from_uid' | 'client_msg_no' | 'message_id'>,
  ): StoredMessage[] {
    if (row.client_msg_no) return copies(row.client_msg_no, row.channel_no, row.from_uid);
    const single = byId.get(row.message_id);
    return single ? [single] : [];
  }

  function markQuotersChanged(messageId: string): boolean {
    markQuotingSends(messageId);
    if (absent.quoter(messageId)) return false;
    const found = quoters.all(messageId);
    for (const quoter of found) {
      const channel = channels.ref(quoter.channel_no);
      changes.message(channel, keyOf(quoter));
    }
    return found.length > 0;
  }

  /** Writes `next` over `before` (or inserts it) and keeps the search index in step. */
  function write(before: StoredMessage | null, next: MessageRow): { row: StoredMessage; changed: boolean } {
    if (!before) {
      const row = Number(insert.run(MESSAGE_COLUMNS.map((c) => next[c])).lastInsertRowid);
      absent.stored(next);
      if (next.search_text !== null) index.add(row, next.search_text);
      return { row: { ...next, row }, changed: true };
    }
    const stored: StoredMessage = { ...next, row: before.row };
    if (MESSAGE_COLUMNS.every((column) => before[column] === next[column]))
      return { row: stored, changed: false };
    if (sameIdentity(before, next)) updateState(stored);
    else updateAll(stored);
    absent.stored(next);
    if (before.search_text !== next.search_text) {
      if (before.search_text !== null) {
        const searched = next.shown === 1 && next.recalled === 0;
        if (searched) index.remove(before.row, before.search_text);
        else index.removeLater(before.row, before.search_text);
      }
      if (next.search_text !== null) index.add(before.row, next.search_text);
    }
    return { row: stored, changed: true };
  }

  // What was written last is what the next frame shows: kept until then, so that it is not read again.
  const recent = new Map<string, StoredMessage>();
  ctx.onRollback(() => recent.clear());
  /** Changes when another connection (the leak check's) has written. */
  const dataVersion = db.prepare<[], number>('PRAGMA main.data_version').pluck();
  let recentVersion = dataVersion.get();
  /** Asked once per turn: a frame reads hundreds of rows, and each question costs as much as a look-up. */
  let versionKnown = false;
  function dropOutdated(): void {
    if (versionKnown) return;
    versionKnown = true;
    queueMicrotask(() => (versionKnown = false));
    const version = dataVersion.get();
    if (version === recentVersion) return;
    recentVersion = version;
    recent.clear();
  }
  function remembered(channelNo: number, key: string): StoredMessage | undefined {
    if (recent.size === 0) return undefined;
    dropOutdated();
    return recent.get(`${channelNo}/${key}`);
  }
  function remember(before: StoredMessage | null, standing: StoredMessage): void {
    const key = keyOf(standing);
    if (recent.size >= RECENT || (before && keyOf(before) !== key)) recent.clear();
    recent.set(`${standing.channel_no}/${key}`, standing);
  }

  function settle(members: { before: StoredMessage | null; facts: MessageFacts }[], live: boolean): Settled {
    const found: ExtraRow[] = [];
    for (const { facts } of members) {
      const extra = extras.get(facts.message_id);
      if (extra) found.push(extra);
    }
    const [one] = members;
    if (one) {
      // Of copies that were never delivered here.
      for (const extra of extras.ofCopies(one.facts)) {
        if (!members.some(({ facts }) => facts.message_id === extra.message_id)) found.push(extra);
      }
    }
    const state = groupState(
      found,
      members.some(({ facts }) => facts.deleted === 1),
    );
    members.sort((a, b) => a.facts.seq - b.facts.seq || (a.facts.message_id < b.facts.message_id ? -1 : 1));
    const settled: Settled = { rows: [], changed: false, erased: [], quoted: false };
    for (const [position, { before, facts }] of members.entries()) {
      const next = deriveRow(facts, state, position > 0, me.uid);
      if (before && before.recalled === 0 && next.recalled === 1) settled.erased.push(before);
      if (before?.payload && next.payload !== null && next.edited === 1 && next.payload !== before.payload) {
        const { message_id: messageId, payload } = before;
        ctx.afterCommit(() => ctx.onContentErased?.({ by: 'edit', messageId, payload }));
      }
      const written = write(before, next);
      settled.rows.push(written.row);
      settled.changed ||= written.changed;
    }
    const first = settled.rows[0];
    if (first) for (const { before } of members) remember(before, first);
    if (settled.changed && first) {
      changes.message(channels.ref(first.channel_no), keyOf(first), live && first.shown === 1);
      for (const row of settled.rows) settled.quoted = markQuotersChanged(row.message_id) || settled.quoted;
    }
    return settled;
  }

  return {
    byId: (messageId) => byId.get(messageId),
    group,
    copies,
    atSeqs: (channelNo, seqs) => atSeqs.all(JSON.stringify(seqs), channelNo),
    forgetChannel(channelNo) {
      for (const row of indexed.all(channelNo)) index.removeLater(row.row, row.search_text);
      removeAll.run(channelNo);
      recent.clear();
    },
    byKey(channelNo, key) {
      const known = remembered(channelNo, key);
      if (known) return known;
      if (key.startsWith('#')) {
        const row = byId.get(key.slice(1));
        return row?.channel_no === channelNo ? row : undefined;
      }
      // Neither half excludes a colon; normally there is one.
      for (let colon = key.indexOf(':'); colon >= 0; colon = key.indexOf(':', colon + 1)) {
        const [row] = copies(key.slice(colon + 1), channelNo, key.slice(0, colon));
        if (row) return row;
      }
      return undefined;
    },
    put(facts, live) {
      const known = absent.message(facts.message_id) ? undefined : byId.get(facts.message_id);
      const alone = !facts.client_msg_no || absent.clientMsgNo(facts.client_msg_no);
      const others = alone ? [] : group(facts).filter((row) => row.message_id !== facts.message_id);
      const members = others.map((row) => ({ before: row as StoredMessage | null, facts: factsOf(row) }));
      members.push({ before: known ?? null, facts: known ? mergeDelivery(known, facts) : facts });
      return settle(members, live && !known && others.length === 0);
    },
    refresh(messageId) {
      const row = byId.get(messageId);
      if (!row) return null;
      return settle(
        group(row).map((member) => ({ before: member, facts: factsOf(member) })),
        false,
      );
    },
    markDeleted(messageId) {
      setDeleted.run(messageId);
      recent.clear();
    },
    markQuotersChanged,
  };
}

/** A message delivered again: the server's metadata wins, flags only rise, content once readable stays. */
function mergeDelivery(known: StoredMessage, facts: MessageFacts): MessageFacts {
  return {
    ...facts,
    channel_no: known.channel_no,
    type: facts.type === 0 ? known.type : facts.type,
    deleted: Math.max(known.deleted, facts.deleted),
    hidden: Math.max(known.hidden, facts.hidden),
    payload: payloadOfRow(known) ?? facts.payload,
  };
}
