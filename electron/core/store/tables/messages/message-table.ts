/**
 * The table `message` and its search index. `#settle` is the only writer: it derives the rows of one message (usually
 * one, several after a resend) from everything known and writes what differs. Because it always starts from the
 * facts, the order in which they came cannot matter.
 */
import type Database from 'better-sqlite3';
import { flameOf, strictestFlame } from '../../../../../shared/content/flame.ts';
import type { StoreContext } from '../../context.ts';
import type { ChannelTable } from '../channels/channel-table.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Absent } from './absent.ts';
import type { ExtraRow, ExtraTable } from './extra-table.ts';
import type { ForwardedEntries } from './forwarded-entries.ts';
import { deriveRow, factsOf, groupState, NO_STATE, type MessageFacts } from './message-derive.ts';
import { insertOf, updateOf } from './message-writes.ts';
import { bySeq, keyOf, payloadOfRow, type MessageRow, type StoredMessage } from './message-row.ts';
import { withoutOthersWords } from './payload.ts';
import { mergeDelivery } from './merge-delivery.ts';
import { RecentMessages } from './recent-messages.ts';
import { saysLess, type Loss, type Settled } from './settled.ts';
import { carryStream, rested, takesStream, withChange, type StreamChange } from './stream-text.ts';
import { PIN_TIP } from './system-line.ts';
import { Uncounted } from './uncounted.ts';

interface Parts {
  channels: ChannelTable;
  extras: ExtraTable;
  index: SearchIndex;
  absent: Absent;
  forwarded: ForwardedEntries;
  /** A row does not say any more what it said, and not because of a recall. */
  wordsGone: (loss: Loss) => void;
  /** These rows are no lines any more, and not because of a recall; perhaps they had no words. */
  rowsGone: (messageIds: readonly string[]) => void;
  /** Marks messages that wait in the outbox and quote this one. */
  markQuotingSends: (messageId: string) => void;
  /** A message that burns after reading was stored, or is another now. */
  flameStored: (row: StoredMessage) => void;
}

const MOST_PIN_TIPS = 100;
/** For the leak check, which remembers no more. */
const MOST_SAID = 100;

type Keyed = Pick<MessageRow, 'channel_no' | 'from_uid' | 'client_msg_no' | 'message_id'>;
type Statement<A extends unknown[], R = unknown> = Database.Statement<A, R>;

export class MessageTable {
  readonly #ctx: StoreContext;
  readonly #parts: Parts;
  readonly #recent: RecentMessages;
  readonly uncounted: Uncounted;
  readonly #byId: Statement<[string], StoredMessage>;
  readonly #byClientNo: Statement<[string, number, string, string], StoredMessage>;
  readonly #copiesOf: Statement<[string, number, string, string], StoredMessage>;
  readonly #atSeqs: Statement<[string, number], Pick<StoredMessage, 'seq' | 'message_id'>>;
  readonly #quoters: Statement<[string], Keyed>;
  readonly #pinTips: Statement<[number], Pick<StoredMessage, 'message_id' | 'seq' | 'timestamp'>>;
  readonly #indexed: Statement<[number, number], { row: number; search_text: string }>;
  readonly #saidUpTo: Statement<[number, number], string>;
  readonly #insert: (row: MessageRow) => number;
  readonly #update: ReturnType<typeof updateOf>;
  readonly #removeUpTo: Statement<[number, number]>;
  readonly #unindex: Statement<[number]>;
  readonly #quotersUpTo: Statement<[number, number], Keyed>;

  constructor(ctx: StoreContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    this.#recent = new RecentMessages(ctx);
    this.uncounted = new Uncounted(ctx);
    const { db } = ctx;
    this.#byId = db.prepare('SELECT * FROM message WHERE message_id = ?');
    // Named, because without statistics the planner prefers the channel's index: a scan of the channel.
    this.#byClientNo = db.prepare(
      `SELECT * FROM message INDEXED BY message_by_client_no
       WHERE client_msg_no = ? AND client_msg_no <> '' AND channel_no = ? AND from_uid = ? AND message_id <> ?`,
    );
    this.#copiesOf = db.prepare(
      `SELECT * FROM message INDEXED BY message_copies
       WHERE client_msg_no = ? AND copy = 1 AND channel_no = ? AND from_uid = ? AND message_id <> ?`,
    );
    this.#atSeqs = db.prepare(
      `SELECT m.seq, m.message_id FROM json_each(?) j CROSS JOIN message m INDEXED BY message_by_seq
       ON m.channel_no = ? AND m.seq = j.value`,
    );
    this.#quoters = db.prepare(
      'SELECT channel_no, from_uid, client_msg_no, message_id FROM message WHERE quote_message_id = ?',
    );
    this.#pinTips = db.prepare(
      `SELECT message_id, seq, timestamp FROM message INDEXED BY message_system
       WHERE channel_no = ? AND type >= 1000 AND type <= 2000 AND shown = 1 AND quote_message_id IS NULL
       AND json_extract(payload, '$.tip') = '${PIN_TIP}' ORDER BY seq DESC LIMIT ${MOST_PIN_TIPS}`,
    );
    this.#indexed = db.prepare(
      'SELECT row, search_text FROM message WHERE channel_no = ? AND seq <= ? AND search_text IS NOT NULL',
    );
    this.#saidUpTo = db
      .prepare<[number, number], string>(
        `SELECT payload FROM message WHERE channel_no = ? AND seq <= ? AND payload IS NOT NULL
         ORDER BY seq DESC LIMIT ${MOST_SAID}`,
      )
      .pluck();
    this.#insert = insertOf(db);
    this.#update = updateOf(db);
    this.#quotersUpTo = db.prepare(
      `SELECT q.channel_no, q.from_uid, q.client_msg_no, q.message_id
       FROM message q INDEXED BY message_by_quote CROSS JOIN message m ON m.message_id = q.quote_message_id
       WHERE q.quote_message_id IS NOT NULL AND m.channel_no = ? AND m.seq <= ?`,
    );
    this.#unindex = db.prepare('UPDATE message SET search_text = NULL WHERE row = ?');
    this.#removeUpTo = db.prepare('DELETE FROM message WHERE channel_no = ? AND seq <= ?');
  }

  byId(messageId: string): StoredMessage | undefined {
    return this.#byId.get(messageId);
  }

  /** The row that stands for a view key; undefined when nothing is stored under it. */
  byKey(channelNo: number, key: string): StoredMessage | undefined {
    const known = this.#recent.get(channelNo, key);
    if (known) return known;
    if (key.startsWith('#')) {
      const row = this.#byId.get(key.slice(1));
      return row?.channel_no === channelNo ? row : undefined;
    }
    // Neither half excludes a colon; normally there is one.
    for (let colon = key.indexOf(':'); colon >= 0; colon = key.indexOf(':', colon + 1)) {
      const [row] = this.copies(key.slice(colon + 1), channelNo, key.slice(0, colon));
      if (row) return row;
    }
    return undefined;
  }

  /** Rows of (channel, sender, client_msg_no), lowest seq first; those but the one with the id `but`. */
  copies(clientMsgNo: string, channelNo: number, fromUid: string, but = ''): StoredMessage[] {
    return this.#byClientNo.all(clientMsgNo, channelNo, fromUid, but).sort(bySeq);
  }

  /** Rows of the same (channel, sender, client_msg_no), `row` included. */
  group(row: StoredMessage): StoredMessage[] {
    return [row, ...this.#others(row)].sort(bySeq);
  }

  /**
   * What is stored under the same number. Of a message one row at most is no copy, and hardly one message in a thousand
   * has a copy: the index of the copies is a page or two, that of the numbers another page for each message.
   */
  #others(row: Keyed & { copy?: number }): StoredMessage[] {
    const { channel_no: channelNo, client_msg_no: clientMsgNo, from_uid: fromUid, message_id: id } = row;
    if (!clientMsgNo) return [];
    if (row.copy === 0) return this.#copiesOf.all(clientMsgNo, channelNo, fromUid, id).sort(bySeq);
    return this.copies(clientMsgNo, channelNo, fromUid, id);
  }

  /** Rows of a channel that have one of the seqs. */
  atSeqs(channelNo: number, seqs: readonly number[]): Pick<StoredMessage, 'seq' | 'message_id'>[] {
    return this.#atSeqs.all(JSON.stringify(seqs), channelNo);
  }

  /** Inserts or updates the message of `facts` together with its copies. */
  put(facts: MessageFacts, live: boolean): Settled {
    const { absent } = this.#parts;
    const known = absent.message(facts.message_id) ? undefined : this.#byId.get(facts.message_id);
    const alone = !facts.client_msg_no || absent.clientMsgNo(facts.client_msg_no);
    if (alone && !known && absent.extra(facts.message_id)) return this.#putNew(facts, live);
    const merged = known ? mergeDelivery(known, facts) : facts;
    const others = alone ? [] : this.#others(merged);
    const members = others.map((row) => ({ before: row as StoredMessage | null, facts: factsOf(row) }));
    members.push({ before: known ?? null, facts: merged });
    return this.#settle(members, live && !known && others.length === 0);
  }

  /** As `#settle`, for the rule of a flood: nothing is known of the message, and it has no copies. */
  #putNew(delivered: MessageFacts, live: boolean): Settled {
    const { channels, flameStored, forwarded, rowsGone } = this.#parts;
    const facts = forwarded.withoutRecalled(delivered);
    const { row } = this.#write(null, deriveRow(facts, NO_STATE, false, this.#ctx.me.uid));
    const key = keyOf(row);
    if (row.flame !== null) flameStored(row);
    this.#recent.keep(null, row, key);
    if (row.recalled === 0 && (row.deleted === 1 || row.hidden === 1)) rowsGone([row.message_id]);
    this.#ctx.changes.message(channels.ref(row.channel_no), key, live && row.shown === 1);
    const quoted = this.markQuotersChanged(row.message_id);
    return { rows: [row], changed: true, erased: [], quoted };
  }

  /** Derives the rows of a message again after its extras or its `deleted` changed. */
  refresh(messageId: string): Settled | null {
    const row = this.#byId.get(messageId);
    if (!row) return null;
    return this.#settle(
      this.group(row).map((member) => ({ before: member, facts: factsOf(member) })),
      false,
    );
  }

  /** What the index had of it is out already, and was perhaps not what the row says. */
  indexAnew(messageId: string): void {
    const found = this.#byId.get(messageId);
    if (!found) return;
    this.#unindex.run(found.row);
    const row = { ...found, search_text: null };
    // Old rows do not know that they burn.
    const facts = { ...factsOf(row), flame: strictestFlame(row.flame, flameOf(payloadOfRow(row))) };
    const members = this.group(row).map((before) =>
      before.row === row.row ? { before, facts } : { before, facts: factsOf(before) },
    );
    this.#settle(members, false);
  }

  /** The newest lines that say that a message was pinned and not which. */
  unreferredPinTips(channelNo: number): Pick<StoredMessage, 'message_id' | 'seq' | 'timestamp'>[] {
    return this.#pinTips.all(channelNo);
  }

  /** What came of the stream of a message: into all its rows, those that take it. */
  grow(row: StoredMessage, change: StreamChange): Settled {
    const members = this.group(row).map((before) => {
      const facts = factsOf(before);
      return {
        before,
        facts: takesStream(before, this.#ctx.serverNow()) ? withChange(facts, change) : facts,
      };
    });
    return this.#settle(members, false);
  }

  /** Streams that may have gone on unheard are searched as they are, and follow the server's text from now on. */
  rest(messageId: string): void {
    this.#restate(messageId, rested);
  }

  /** The line with this id is about the message `reply` names: its words are looked up whenever the line is shown. */
  refer(messageId: string, reply: { message_id: string; message_seq: number }): void {
    this.#restate(messageId, (facts) => ({
      ...facts,
      payload: facts.payload && withoutOthersWords({ ...facts.payload, reply }),
    }));
  }

  /** Somebody has heard it on this device. */
  played(messageId: string): void {
    this.#restate(messageId, (facts) => ({ ...facts, voice_played: 1 }));
  }

  /** Its life span is over: it is deleted, with all copies. */
  expire(messageId: string): void {
    const row = this.#byId.get(messageId);
    // The list may show it although no words go: the line of a recalled message.
    if (row) this.#ctx.changes.conversation(this.#parts.channels.ref(row.channel_no));
    this.#restate(messageId, (facts) => ({ ...facts, deleted: 1 }));
  }

  #restate(messageId: string, change: (facts: MessageFacts) => MessageFacts): void {
    const row = this.#byId.get(messageId);
    if (!row) return;
    const members = this.group(row).map((before) => ({ before, facts: change(factsOf(before)) }));
    this.#settle(members, false);
  }

  /** What merged forwards hold of these messages leaves them: they were recalled. */
  leaveForwards(messageIds: Iterable<string>): void {
    for (const holder of this.#parts.forwarded.holdersOf(messageIds)) this.refresh(holder);
  }

  /** Merged forwards with copies of these messages look different: one is being recalled, or not any more. */
  markHoldersChanged(messageIds: Iterable<string>): void {
    for (const holder of this.#parts.forwarded.holdersOf(messageIds)) {
      const row = this.#byId.get(holder);
      if (row) this.#ctx.changes.message(this.#parts.channels.ref(row.channel_no), keyOf(row));
    }
  }

  /** Rows that quote the given message, in any channel: their views changed. Answers whether there are any. */
  markQuotersChanged(messageId: string): boolean {
    const { absent, channels, markQuotingSends } = this.#parts;
    markQuotingSends(messageId);
    if (absent.quoter(messageId)) return false;
    const found = this.#quoters.all(messageId);
    for (const quoter of found) this.#ctx.changes.message(channels.ref(quoter.channel_no), keyOf(quoter));
    return found.length > 0;
  }

  /** Erases the rows of a channel up to this seq. Answers what the newest of them said, as it was stored. */
  forgetUpTo(channelNo: number, seq: number): string[] {
    const { channels, index } = this.#parts;
    const said = this.#saidUpTo.all(channelNo, seq);
    // Quoted elsewhere: those views still show the words.
    for (const quoter of this.#quotersUpTo.all(channelNo, seq))
      this.#ctx.changes.message(channels.ref(quoter.channel_no), keyOf(quoter));
    for (const row of this.#indexed.all(channelNo, seq)) index.removeLater(row.row, row.search_text);
    this.#removeUpTo.run(channelNo, seq);
    this.#recent.clear();
    this.uncounted.forget(channelNo);
    return said;
  }

  #settle(members: { before: StoredMessage | null; facts: MessageFacts }[], live: boolean): Settled {
    const { channels } = this.#parts;
    const state = groupState(
      this.#extrasOf(members),
      members.some(({ facts }) => facts.deleted === 1),
    );
    members.sort((a, b) => bySeq(a.facts, b.facts));
    const strictest = members.map(({ facts }) => facts.flame).reduce(strictestFlame, null);
    carryStream(members);
    for (const member of members) member.facts = this.#parts.forwarded.withoutRecalled(member.facts);
    const settled: Settled = { rows: [], changed: false, erased: [], quoted: false };
    for (const [position, { before, facts }] of members.entries()) {
      // What one copy says of burning holds for all.
      const burning = facts.flame === strictest ? facts : { ...facts, flame: strictest };
      const next = deriveRow(burning, state, position > 0, this.#ctx.me.uid);
      if (before && before.recalled === 0 && next.recalled === 1) settled.erased.push(before);
      if (before) this.#reportLoss(before, next);
      const written = this.#write(before, next);
      settled.rows.push(written.row);
      if (written.changed && next.flame !== null) this.#parts.flameStored(written.row);
      settled.changed ||= written.changed;
    }
    const first = settled.rows[0];
    const key = first ? keyOf(first) : '';
    if (first) for (const { before } of members) this.#recent.keep(before, first, key);
    const gone = settled.rows.filter((row) => row.recalled === 0 && (row.deleted === 1 || row.hidden === 1));
    if (settled.changed && gone.length > 0)
      this.#parts.rowsGone(settled.rows.map(({ message_id: id }) => id));
    if (settled.changed && first) {
      const channel = channels.ref(first.channel_no);
      this.#ctx.changes.message(channel, key, live && first.shown === 1);
      for (const row of settled.rows)
        settled.quoted = this.markQuotersChanged(row.message_id) || settled.quoted;
    }
    return settled;
  }

  /** Of all rows of a message, those of copies that were never delivered here included. */
  #extrasOf(members: readonly { facts: MessageFacts }[]): ExtraRow[] {
    const { extras } = this.#parts;
    const found: ExtraRow[] = [];
    for (const { facts } of members) {
      const extra = extras.get(facts.message_id);
      if (extra) found.push(extra);
    }
    const [one] = members;
    if (!one) return found;
    for (const extra of extras.ofCopies(one.facts)) {
      if (!members.some(({ facts }) => facts.message_id === extra.message_id)) found.push(extra);
    }
    return found;
  }

  /** (What only became a copy of another row is still said by that one.) */
  #reportLoss(before: StoredMessage, next: MessageRow): void {
    const { payload } = before;
    if (payload === null || next.payload === payload || next.recalled === 1) return;
    const isGone = next.deleted === 1 || next.hidden === 1;
    if (!isGone && (next.payload === null || (next.edited === 0 && !saysLess(before, next)))) return;
    this.#parts.wordsGone({
      by: isGone ? 'gone' : 'edit',
      channelNo: next.channel_no,
      key: keyOf(next),
      messageId: next.message_id,
      payload,
      next: next.payload,
      expired: next.expires_at > 0 && next.expires_at * 1000 <= this.#ctx.serverNow(),
    });
  }

  /** Writes `next` over `before` (or inserts it) and keeps the search index in step. */
  #write(before: StoredMessage | null, next: MessageRow): { row: StoredMessage; changed: boolean } {
    const { absent, forwarded, index } = this.#parts;
    this.uncounted.wrote(before, next);
    if (next.expires_at > 0 && next.deleted === 0) this.#ctx.endsAt?.(next.expires_at * 1000);
    if (!before) {
      const row = this.#insert(next);
      absent.stored(next);
      forwarded.note(row, next.payload);
      if (next.search_text !== null) index.add(row, next.search_text);
      return { row: Object.assign(next, { row }), changed: true };
    }
    const stored: StoredMessage = { ...next, row: before.row };
    if (!this.#update(before, next)) return { row: stored, changed: false };
    absent.stored(next);
    if (before.payload !== next.payload) forwarded.note(before.row, next.payload);
    if (before.search_text !== next.search_text) {
      if (before.search_text !== null) {
        const searched = next.shown === 1 && next.recalled === 0 && next.flame === null;
        if (searched) index.remove(before.row, before.search_text);
        else index.removeLater(before.row, before.search_text);
      }
      if (next.search_text !== null) index.add(before.row, next.search_text);
    }
    return { row: stored, changed: true };
  }
}
