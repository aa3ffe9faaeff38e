/** Pages of a channel: cached rows, jobs of the outbox after them, and what is missing in between. */
import type { ChannelRef, MessageView } from '../../../../shared/domain.ts';
import type { PageAnchor } from '../../../../shared/ipc/contract.ts';
import type { ChannelTable } from '../tables/channel-table.ts';
import type { StoreContext } from '../context.ts';
import type { ConversationTable } from '../tables/conversation-table.ts';
import { OUTBOX_ORDER, type MessageViews } from './message-views.ts';
import type { StoredMessage } from '../tables/messages/message-row.ts';
import type { OutboxTables } from '../tables/outbox/outbox-tables.ts';
import type { RangeTable, SeqRange } from '../tables/messages/ranges.ts';
import type { MissingRange } from '../tables/messages/ranges.ts';

export interface StoredPage {
  messages: MessageView[];
  /** What has to be fetched from the server before this page is complete; null = complete. */
  missing: MissingRange | null;
  hasOlder: boolean;
  hasNewer: boolean;
}

export interface Pages {
  page(channel: ChannelRef, anchor: PageAnchor, limit: number): StoredPage;
  lastSeq(channel: ChannelRef): number;
  gaps(channel: ChannelRef, limit: number): MissingRange[];
}

interface Parts {
  channels: ChannelTable;
  conversations: ConversationTable;
  outbox: OutboxTables;
  ranges: RangeTable;
  views: MessageViews;
}

const TOP = Number.MAX_SAFE_INTEGER;

export function createPages(
  ctx: StoreContext,
  { channels, conversations, outbox, ranges, views }: Parts,
): Pages {
  const { db } = ctx;
  const below = db.prepare<[number, number, number], StoredMessage>(
    'SELECT * FROM message WHERE channel_no = ? AND seq < ? AND shown = 1 ORDER BY seq DESC LIMIT ?',
  );
  const above = db.prepare<[number, number, number], StoredMessage>(
    'SELECT * FROM message WHERE channel_no = ? AND seq > ? AND shown = 1 ORDER BY seq LIMIT ?',
  );
  const highest = db.prepare<[number], { seq: number | null }>(
    'SELECT max(seq) AS seq FROM message WHERE channel_no = ?',
  );

  /** Lowest seq that exists for me, and highest known to exist (0 = none). */
  function extent(channelNo: number): { first: number; last: number } {
    const row = conversations.get(channelNo);
    return {
      first: (row?.offset_seq ?? 0) + 1,
      last: Math.max(row?.last_seq ?? 0, highest.get(channelNo)?.seq ?? 0),
    };
  }

  function build(
    channel: ChannelRef,
    channelNo: number,
    rows: readonly StoredMessage[],
    span: SeqRange,
    options: { outboxAfter: number | null; fillFrom: 'top' | 'bottom' },
  ): StoredPage {
    const { first, last } = extent(channelNo);
    const messages: MessageView[] = rows.map((row) => views.ofRow(row));
    const jobs = outbox.sends.inChannel(channel);
    if (options.outboxAfter !== null) {
      for (const job of jobs)
        if (OUTBOX_ORDER + job.id > options.outboxAfter) messages.push(views.ofJob(job));
    }
    const within = { fromSeq: Math.max(first, span.fromSeq), toSeq: Math.min(last, span.toSeq) };
    const holes = within.fromSeq <= within.toSeq ? ranges.holes(channelNo, within, 1_000) : [];
    const hole = options.fillFrom === 'top' ? holes[0] : holes.at(-1);
    const lowest = Math.max(first, span.fromSeq);
    const top = Math.min(last, span.toSeq);
    return {
      messages,
      missing: hole ? { channel, ...hole } : null,
      hasOlder: lowest > first && (exists(below, channelNo, lowest) || hasHole(channelNo, first, lowest - 1)),
      hasNewer:
        (top < last && (exists(above, channelNo, top) || hasHole(channelNo, top + 1, last))) ||
        (options.outboxAfter === null && jobs.length > 0),
    };
  }

  const exists = (statement: typeof below, channelNo: number, seq: number): boolean =>
    statement.get(channelNo, seq, 1) !== undefined;
  const hasHole = (channelNo: number, fromSeq: number, toSeq: number): boolean =>
    fromSeq <= toSeq && ranges.holes(channelNo, { fromSeq, toSeq }, 1).length > 0;

  function older(
    channel: ChannelRef,
    channelNo: number,
    beforeSeq: number,
    limit: number,
    withOutbox: boolean,
  ): StoredPage {
    const rows = below.all(channelNo, beforeSeq, limit).toReversed();
    const lowest = rows[0]?.seq;
    const fromSeq = rows.length === limit && lowest !== undefined ? lowest : 1;
    return build(
      channel,
      channelNo,
      rows,
      { fromSeq, toSeq: beforeSeq === TOP ? TOP : beforeSeq - 1 },
      {
        outboxAfter: withOutbox ? 0 : null,
        fillFrom: 'top',
      },
    );
  }

  function newer(channel: ChannelRef, channelNo: number, afterSeq: number, limit: number): StoredPage {
    const rows = above.all(channelNo, afterSeq, limit);
    const full = rows.length === limit;
    const toSeq = full ? (rows.at(-1)?.seq ?? TOP) : TOP;
    return build(
      channel,
      channelNo,
      rows,
      { fromSeq: afterSeq + 1, toSeq },
      {
        outboxAfter: full ? null : 0,
        fillFrom: 'bottom',
      },
    );
  }

  function around(channel: ChannelRef, channelNo: number, seq: number, limit: number): StoredPage {
    const half = Math.max(1, Math.floor(limit / 2));
    const down = below.all(channelNo, seq + 1, half).toReversed();
    const up = above.all(channelNo, seq, limit - half);
    const fromSeq = down.length === half ? (down[0]?.seq ?? 1) : 1;
    const upFull = up.length === limit - half && up.length > 0;
    const toSeq = upFull ? (up.at(-1)?.seq ?? TOP) : TOP;
    const page = build(
      channel,
      channelNo,
      [...down, ...up],
      { fromSeq, toSeq },
      {
        outboxAfter: upFull ? null : 0,
        fillFrom: 'top',
      },
    );
    // The hole next to the anchor matters most; far ones are reached by paging on.
    const { first, last } = extent(channelNo);
    const near =
      seq >= first && seq <= last ? ranges.holeAround(channelNo, seq, { fromSeq: first, toSeq: last }) : null;
    if (near) {
      page.missing = {
        channel,
        fromSeq: Math.max(near.fromSeq, seq - half),
        toSeq: Math.min(near.toSeq, seq + limit - half),
      };
    }
    return page;
  }

  return {
    page(channel, anchor, limit) {
      const channelNo = channels.find(channel) ?? -1;
      switch (anchor.at) {
        case 'latest':
          return older(channel, channelNo, TOP, limit, true);
        case 'before': {
          if (anchor.order < OUTBOX_ORDER) return older(channel, channelNo, anchor.order, limit, false);
          const page = older(channel, channelNo, TOP, limit, true);
          page.messages = page.messages.filter((message) => message.order < anchor.order).slice(-limit);
          return page;
        }
        case 'after': {
          if (anchor.order < OUTBOX_ORDER) return newer(channel, channelNo, anchor.order, limit);
          const jobs = outbox.sends.inChannel(channel).filter((job) => OUTBOX_ORDER + job.id > anchor.order);
          return {
            messages: jobs.map((job) => views.ofJob(job)),
            missing: null,
            hasOlder: true,
            hasNewer: false,
          };
        }
        case 'around':
          return around(channel, channelNo, anchor.messageSeq, limit);
        default:
          return anchor satisfies never;
      }
    },
    lastSeq(channel) {
      const channelNo = channels.find(channel);
      // Whoever writes a message touches its conversation.
      return channelNo === null ? 0 : (conversations.lastSeq(channelNo) ?? 0);
    },
    gaps(channel, limit) {
      const channelNo = channels.find(channel);
      if (channelNo === null) return [];
      const { first, last } = extent(channelNo);
      if (last < first) return [];
      return ranges
        .holes(channelNo, { fromSeq: first, toSeq: last }, limit)
        .map((hole) => ({ channel, ...hole }));
    },
  };
}
