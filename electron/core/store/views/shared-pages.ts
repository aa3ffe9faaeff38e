/** The shared content of a chat: its pictures, files, links and voice messages, newest first, read by their numbers. */
import type Database from 'better-sqlite3';
import { SHARED_KINDS, SHARED_NUMBER, type SharedKind } from '../../../../shared/content/shared-kind.ts';
import type { ChannelRef, MessageView } from '../../../../shared/domain.ts';
import { fitsFilter } from '../../../../shared/matching/match.ts';
import type { StoreContext } from '../context.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import { keyOf, type StoredMessage } from '../tables/messages/message-row.ts';
import type { OutboxTables } from '../tables/outbox/outbox-tables.ts';
import type { MessageViews } from './message-views.ts';

export interface SharedQuery {
  channel: ChannelRef;
  kind: SharedKind;
  /** In the name of a file, or the text around a link; '' = all. */
  text: string;
  fromUid: string | null;
  /** Unix seconds, inclusive / exclusive; null = open. */
  since: number | null;
  until: number | null;
  /** Only below this seq; null = from the newest on. */
  before: number | null;
  limit: number;
}

export interface SharedPage {
  /** Newest first. */
  messages: MessageView[];
  /** `before` of the next page; null = there is no more on this computer. */
  before: number | null;
}

type Args = Omit<SharedQuery, 'channel' | 'kind' | 'text' | 'before'> & {
  channelNo: number;
  number: number;
  before: number;
};

/** Rows of one read, and of all reads for one page that looks for words. */
const READ = 200;
const MOST_READ = 2_000;

export class SharedPages {
  readonly #parts: { channels: ChannelTable; outbox: OutboxTables; views: MessageViews };
  readonly #rows: Database.Statement<[Args], StoredMessage>;
  readonly #count: Database.Statement<[number], { kind: number; n: number }>;

  constructor(
    { db }: Pick<StoreContext, 'db'>,
    parts: { channels: ChannelTable; outbox: OutboxTables; views: MessageViews },
  ) {
    this.#parts = parts;
    this.#rows = db.prepare(
      `SELECT * FROM message INDEXED BY message_by_shared
       WHERE channel_no = @channelNo AND shared_kind > 0 AND shared_kind = @number AND seq < @before
       AND (@fromUid IS NULL OR from_uid = @fromUid)
       AND (@since IS NULL OR timestamp >= @since) AND (@until IS NULL OR timestamp < @until)
       ORDER BY seq DESC LIMIT @limit`,
    );
    this.#count = db.prepare(
      `SELECT shared_kind AS kind, count(*) AS n FROM message INDEXED BY message_by_shared
       WHERE channel_no = ? AND shared_kind > 0 GROUP BY shared_kind`,
    );
  }

  page(query: SharedQuery): SharedPage {
    const { channels, outbox, views } = this.#parts;
    const { channel, fromUid, kind, since, text, until } = query;
    const channelNo = channels.find(channel);
    const messages: MessageView[] = [];
    if (channelNo === null) return { messages, before: null };
    let before = query.before ?? Number.MAX_SAFE_INTEGER;
    const number = SHARED_NUMBER[kind];
    for (let read = 0; read < MOST_READ; read += READ) {
      const rows = this.#rows.all({ channelNo, number, fromUid, since, until, before, limit: READ });
      for (const row of rows) {
        if (messages.length === query.limit) return { messages, before };
        before = row.seq;
        // Being recalled: it is nowhere any more.
        if (outbox.recalls.byKey(channel, keyOf(row))) continue;
        const view = views.ofRow(row);
        if (fitsFilter(wordsOf(view), text)) messages.push(view);
      }
      if (rows.length < READ) return { messages, before: null };
    }
    return { messages, before };
  }

  /** How many of each kind are on this computer. */
  counts(channel: ChannelRef): Record<SharedKind, number> {
    const channelNo = this.#parts.channels.find(channel);
    const rows = channelNo === null ? [] : this.#count.all(channelNo);
    const of = (kind: SharedKind): number => rows.find((row) => row.kind === SHARED_NUMBER[kind])?.n ?? 0;
    return Object.fromEntries(SHARED_KINDS.map((kind) => [kind, of(kind)])) as Record<SharedKind, number>;
  }
}

/** What a search in the list looks at. */
function wordsOf({ content }: MessageView): string {
  if (content.kind === 'file') return content.name;
  return content.kind === 'text' ? content.text : '';
}
