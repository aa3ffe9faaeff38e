/** Pages of a channel: cached rows, jobs of the outbox after them, and what is missing in between. */
import type Database from 'better-sqlite3';
import type { ChannelRef, MessageView } from '../../../../shared/domain.ts';
import type { PageAnchor } from '../../../../shared/ipc/contract/messages.ts';
import type { StoreContext } from '../context.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import type { ConversationTable } from '../tables/conversations/conversation-table.ts';
import type { StoredMessage } from '../tables/messages/message-row.ts';
import type { MissingRange, RangeTable, SeqRange } from '../tables/messages/ranges.ts';
import type { OutboxTables } from '../tables/outbox/outbox-tables.ts';
import { OUTBOX_ORDER, type MessageViews } from './message-views.ts';

export interface StoredPage {
  messages: MessageView[];
  /** What has to be fetched from the server before this page is complete; null = complete. */
  missing: MissingRange | null;
  hasOlder: boolean;
  hasNewer: boolean;
}

interface Parts {
  channels: ChannelTable;
  conversations: ConversationTable;
  outbox: OutboxTables;
  ranges: RangeTable;
  views: MessageViews;
}

interface Span extends SeqRange {
  /** Jobs with an `order` above this follow the rows; null = none, they are below another page. */
  outboxAfter: number | null;
  /** Which hole of the page is named as missing. */
  fillFrom: 'top' | 'bottom';
}

type RowsBeside = Database.Statement<[channelNo: number, seq: number, limit: number], StoredMessage>;

const TOP = Number.MAX_SAFE_INTEGER;

export class Pages {
  readonly #parts: Parts;
  readonly #below: RowsBeside;
  readonly #above: RowsBeside;
  readonly #highest: Database.Statement<[number], { seq: number | null }>;

  constructor({ db }: Pick<StoreContext, 'db'>, parts: Parts) {
    this.#parts = parts;
    this.#below = db.prepare(
      'SELECT * FROM message WHERE channel_no = ? AND seq < ? AND shown = 1 ORDER BY seq DESC LIMIT ?',
    );
    this.#above = db.prepare(
      'SELECT * FROM message WHERE channel_no = ? AND seq > ? AND shown = 1 ORDER BY seq LIMIT ?',
    );
    this.#highest = db.prepare('SELECT max(seq) AS seq FROM message WHERE channel_no = ?');
  }

  page(channel: ChannelRef, anchor: PageAnchor, limit: number): StoredPage {
    const channelNo = this.#parts.channels.find(channel) ?? -1;
    switch (anchor.at) {
      case 'latest':
        return this.#older(channel, channelNo, TOP, limit, true);
      case 'before': {
        if (anchor.order < OUTBOX_ORDER) return this.#older(channel, channelNo, anchor.order, limit, false);
        const page = this.#older(channel, channelNo, TOP, limit, true);
        page.messages = page.messages.filter((message) => message.order < anchor.order).slice(-limit);
        return page;
      }
      case 'after': {
        if (anchor.order < OUTBOX_ORDER) return this.#newer(channel, channelNo, anchor.order, limit);
        const messages: MessageView[] = [];
        this.#addJobs(messages, channel, anchor.order);
        return { messages, missing: null, hasOlder: true, hasNewer: false };
      }
      case 'around':
        return this.#around(channel, channelNo, anchor.messageSeq, limit);
      default:
        return anchor satisfies never;
    }
  }

  /** Highest seq known to exist; 0 = none. */
  lastSeq(channel: ChannelRef): number {
    const { channels, conversations } = this.#parts;
    const channelNo = channels.find(channel);
    // Whoever writes a message touches its conversation.
    return channelNo === null ? 0 : (conversations.lastSeq(channelNo) ?? 0);
  }

  /** Holes in what is cached, newest first. */
  gaps(channel: ChannelRef, limit: number): MissingRange[] {
    const channelNo = this.#parts.channels.find(channel);
    if (channelNo === null) return [];
    const { first, last } = this.#extent(channelNo);
    return this.#holes(channelNo, first, last, limit).map((hole) => ({ channel, ...hole }));
  }

  #older(
    channel: ChannelRef,
    channelNo: number,
    beforeSeq: number,
    limit: number,
    withOutbox: boolean,
  ): StoredPage {
    const rows = this.#below.all(channelNo, beforeSeq, limit).toReversed();
    const lowest = rows[0]?.seq;
    return this.#build(channel, channelNo, rows, {
      fromSeq: rows.length === limit && lowest !== undefined ? lowest : 1,
      toSeq: beforeSeq === TOP ? TOP : beforeSeq - 1,
      outboxAfter: withOutbox ? 0 : null,
      fillFrom: 'top',
    });
  }

  #newer(channel: ChannelRef, channelNo: number, afterSeq: number, limit: number): StoredPage {
    const rows = this.#above.all(channelNo, afterSeq, limit);
    const full = rows.length === limit;
    return this.#build(channel, channelNo, rows, {
      fromSeq: afterSeq + 1,
      toSeq: full ? (rows.at(-1)?.seq ?? TOP) : TOP,
      outboxAfter: full ? null : 0,
      fillFrom: 'bottom',
    });
  }

  #around(channel: ChannelRef, channelNo: number, seq: number, limit: number): StoredPage {
    const half = Math.max(1, Math.floor(limit / 2));
    const down = this.#below.all(channelNo, seq + 1, half).toReversed();
    const up = this.#above.all(channelNo, seq, limit - half);
    const upFull = up.length === limit - half && up.length > 0;
    const page = this.#build(channel, channelNo, [...down, ...up], {
      fromSeq: down.length === half ? (down[0]?.seq ?? 1) : 1,
      toSeq: upFull ? (up.at(-1)?.seq ?? TOP) : TOP,
      outboxAfter: upFull ? null : 0,
      fillFrom: 'top',
    });
    // The hole next to the anchor matters most; far ones are reached by paging on.
    const { first, last } = this.#extent(channelNo);
    if (seq < first || seq > last) return page;
    const near = this.#parts.ranges.holeAround(channelNo, seq, { fromSeq: first, toSeq: last });
    if (near) {
      page.missing = {
        channel,
        fromSeq: Math.max(near.fromSeq, seq - half),
        toSeq: Math.min(near.toSeq, seq + limit - half),
      };
    }
    return page;
  }

  #build(channel: ChannelRef, channelNo: number, rows: readonly StoredMessage[], span: Span): StoredPage {
    const { outbox, views } = this.#parts;
    const { first, last } = this.#extent(channelNo);
    const messages: MessageView[] = rows.map((row) => views.ofRow(row));
    const jobsFollow = span.outboxAfter === null && outbox.sends.inChannel(channel).length > 0;
    if (span.outboxAfter !== null) this.#addJobs(messages, channel, span.outboxAfter);
    const lowest = Math.max(first, span.fromSeq);
    const top = Math.min(last, span.toSeq);
    const holes = this.#holes(channelNo, lowest, top, 1_000);
    const hole = span.fillFrom === 'top' ? holes[0] : holes.at(-1);
    return {
      messages,
      missing: hole ? { channel, ...hole } : null,
      hasOlder:
        lowest > first &&
        (exists(this.#below, channelNo, lowest) || this.#holes(channelNo, first, lowest - 1, 1).length > 0),
      hasNewer:
        jobsFollow ||
        (top < last &&
          (exists(this.#above, channelNo, top) || this.#holes(channelNo, top + 1, last, 1).length > 0)),
    };
  }

  /** Views of the jobs whose `order` is above `after`. */
  #addJobs(messages: MessageView[], channel: ChannelRef, after: number): void {
    const { outbox, views } = this.#parts;
    for (const job of outbox.sends.inChannel(channel))
      if (OUTBOX_ORDER + job.id > after) messages.push(views.ofJob(job));
  }

  /** Newest first. */
  #holes(channelNo: number, fromSeq: number, toSeq: number, limit: number): SeqRange[] {
    return fromSeq <= toSeq ? this.#parts.ranges.holes(channelNo, { fromSeq, toSeq }, limit) : [];
  }

  /** Lowest seq that exists for me, and highest known to exist (0 = none). */
  #extent(channelNo: number): { first: number; last: number } {
    const row = this.#parts.conversations.get(channelNo);
    return {
      first: (row?.offset_seq ?? 0) + 1,
      last: Math.max(row?.last_seq ?? 0, this.#highest.get(channelNo)?.seq ?? 0),
    };
  }
}

const exists = (rows: RowsBeside, channelNo: number, seq: number): boolean =>
  rows.get(channelNo, seq, 1) !== undefined;
