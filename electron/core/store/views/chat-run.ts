/** A chat from one end to the other, a slice at a time, and how much there is of it: for its export. */
import type Database from 'better-sqlite3';
import { MERGE_FORWARD } from '../../../../shared/content/merged-forward.ts';
import { entryOfKey } from '../../../../shared/content/history-content.ts';
import { picturesOf } from '../../../../shared/content/rich-pictures.ts';
import type { ChannelRef, MessageView } from '../../../../shared/domain.ts';
import type { JsonObject } from '../../../../shared/json.ts';
import type { StoreContext } from '../context.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import { payloadOfRow, type StoredMessage } from '../tables/messages/message-row.ts';
import {
  bytesInForward,
  IMAGE_BYTES,
  LARGEST_FILE_BYTES,
  LONGEST_VOICE_SECONDS,
  SECOND_BYTES,
  STICKER_BYTES,
} from './export-sizes.ts';
import type { MessageViews } from './message-views.ts';

export interface RunQuery {
  channel: ChannelRef;
  /** Unix seconds, inclusive / exclusive; null = open. */
  since: number | null;
  until: number | null;
}

export interface RunExtent {
  /** Lines that are there, and those of them that are recalled. */
  lines: number;
  recalled: number;
  /**
   * Of images, also in texts, films, recordings, stickers, maps and files, those in merged forwards among them; those
   * on this computer as they are.
   */
  mediaBytes: number;
}

interface Args {
  channelNo: number;
  since: number | null;
  until: number | null;
}

/** Places and stickers. What burns is not written. */
const IS_DRAWN = 'type IN (6, 12, 13) AND recalled = 0 AND flame IS NULL';
const RICH_TEXT = 14;
/** A text that may have pictures. What burns is not written. */
const IS_RICH = `type = ${RICH_TEXT} AND recalled = 0 AND flame IS NULL`;
const IS_FORWARD = `type = ${MERGE_FORWARD} AND recalled = 0 AND flame IS NULL`;
/** Merged forwards in memory at once: one may be a megabyte. */
const FORWARDS = 50;
const IN_RANGE = `channel_no = @channelNo AND shown = 1
  AND (@since IS NULL OR timestamp >= @since) AND (@until IS NULL OR timestamp < @until)`;

export class ChatRun {
  readonly #parts: { channels: ChannelTable; views: MessageViews };
  readonly #rows: Database.Statement<[Args & { after: number; upTo: number; limit: number }], StoredMessage>;
  readonly #lines: Database.Statement<
    [Args],
    { lines: number; recalled: number; rich: number; drawn: number; forwards: number }
  >;
  readonly #media: Database.Statement<[Args], number>;
  readonly #drawn: Database.Statement<[Args], number>;
  readonly #rich: Database.Statement<[Args], StoredMessage>;
  readonly #forwards: Database.Statement<
    [Args & { after: number }],
    { message_id: string; seq: number; payload: string | null }
  >;
  readonly #inside: Database.Statement<[string, string], { message_id: string; bytes: number }>;
  readonly #bytes: Database.Statement<[string], number>;
  readonly #oldest: Database.Statement<[number, number], number>;

  constructor({ db }: Pick<StoreContext, 'db'>, parts: { channels: ChannelTable; views: MessageViews }) {
    this.#parts = parts;
    this.#rows = db.prepare(
      `SELECT * FROM message INDEXED BY message_by_seq WHERE ${IN_RANGE} AND seq > @after AND seq <= @upTo
       ORDER BY seq LIMIT @limit`,
    );
    this.#lines = db.prepare(
      `SELECT count(*) AS lines, coalesce(sum(recalled), 0) AS recalled, coalesce(sum(${IS_RICH}), 0) AS rich,
       coalesce(sum(${IS_DRAWN}), 0) AS drawn, coalesce(sum(${IS_FORWARD}), 0) AS forwards
       FROM message INDEXED BY message_by_seq WHERE ${IN_RANGE}`,
    );
    this.#media = db
      .prepare<[Args], number>(
        `SELECT coalesce(sum(CASE
           WHEN m.type = 4 THEN ${SECOND_BYTES} * max(1, min(${LONGEST_VOICE_SECONDS},
             CAST(coalesce(json_extract(m.payload, '$.timeTrad'), 0) AS INTEGER)))
           WHEN f.bytes IS NOT NULL THEN f.bytes
           WHEN m.type IN (5, 8)
           THEN max(0, min(CAST(coalesce(json_extract(m.payload, '$.size'), 0) AS INTEGER), ${LARGEST_FILE_BYTES}))
           ELSE ${IMAGE_BYTES} END), 0)
         FROM (SELECT * FROM message INDEXED BY message_by_shared
               WHERE ${IN_RANGE} AND shared_kind > 0 AND shared_kind IN (1, 2, 4) AND recalled = 0) m
         LEFT JOIN media_file f ON f.message_id = m.message_id AND f.part = 0`,
      )
      .pluck();
    this.#drawn = db
      .prepare<[Args], number>(
        `SELECT coalesce(sum(coalesce(f.bytes, ${STICKER_BYTES})), 0)
         FROM (SELECT message_id FROM message INDEXED BY message_by_seq WHERE ${IN_RANGE} AND ${IS_DRAWN}) m
         LEFT JOIN media_file f ON f.message_id = m.message_id AND f.part = 0`,
      )
      .pluck();
    this.#rich = db.prepare(
      `SELECT * FROM message INDEXED BY message_by_seq WHERE ${IN_RANGE} AND ${IS_RICH}`,
    );
    this.#forwards = db.prepare(
      `SELECT message_id, seq, payload FROM message INDEXED BY message_by_seq
       WHERE ${IN_RANGE} AND ${IS_FORWARD} AND seq > @after ORDER BY seq LIMIT ${FORWARDS}`,
    );
    // ('0' follows '/'.)
    this.#inside = db.prepare(
      `SELECT message_id, bytes FROM media_file
       WHERE message_id > ? || '/' AND message_id < ? || '0' AND part = 0`,
    );
    this.#bytes = db
      .prepare<[string], number>('SELECT bytes FROM media_file WHERE message_id = ? AND part = 0')
      .pluck();
    this.#oldest = db
      .prepare<[number, number], number>(
        'SELECT timestamp FROM message WHERE channel_no = ? AND seq > ? AND timestamp > 0 ORDER BY seq LIMIT 1',
      )
      .pluck();
  }

  /** Lines above seq `after` and up to `upTo`, lowest first; nothing of the outbox. */
  slice(query: RunQuery & { after: number; upTo: number; limit: number }): MessageView[] {
    const channelNo = this.#parts.channels.find(query.channel);
    if (channelNo === null) return [];
    const { after, limit, since, until, upTo } = query;
    return this.#rows
      .all({ channelNo, since, until, after, upTo, limit })
      .map((row) => this.#parts.views.ofRow(row));
  }

  extent({ channel, since, until }: RunQuery): RunExtent {
    const channelNo = this.#parts.channels.find(channel);
    if (channelNo === null) return { lines: 0, recalled: 0, mediaBytes: 0 };
    const args = { channelNo, since, until };
    const { drawn = 0, forwards = 0, lines = 0, recalled = 0, rich = 0 } = this.#lines.get(args) ?? {};
    const inTexts = rich > 0 ? this.#bytesInTexts(args) : 0;
    const ofDrawn = drawn > 0 ? (this.#drawn.get(args) ?? 0) : 0;
    const inForwards = forwards > 0 ? this.#bytesInForwards(args) : 0;
    const mediaBytes = (this.#media.get(args) ?? 0) + inTexts + ofDrawn + inForwards;
    return { lines, recalled, mediaBytes };
  }

  #bytesInForwards(args: Args): number {
    let sum = 0;
    for (let after = 0; ;) {
      const rows = this.#forwards.all({ ...args, after });
      const last = rows.at(-1);
      if (!last) return sum;
      after = last.seq;
      for (const row of rows) sum += this.#bytesInForward(row.message_id, payloadOfRow(row));
    }
  }

  #bytesInForward(id: string, payload: JsonObject | null): number {
    if (!payload) return 0;
    const here = new Map(this.#inside.all(id, id).map(({ message_id, bytes }) => [message_id, bytes]));
    return bytesInForward(payload, (path) => here.get(`${id}/${path.join('/')}`));
  }

  #bytesInTexts(args: Args): number {
    const ids = this.#rich
      .all(args)
      .flatMap((row) =>
        picturesOf(this.#parts.views.ofRow(row)).map(({ key }) =>
          [row.message_id, ...(entryOfKey(key)?.path ?? [])].join('/'),
        ),
      );
    return ids.reduce((sum, id) => sum + (this.#bytes.get(id) ?? IMAGE_BYTES), 0);
  }

  /** Unix seconds of the first message above this seq; null = none is known. */
  timeAbove(channel: ChannelRef, seq: number): number | null {
    const channelNo = this.#parts.channels.find(channel);
    return channelNo === null ? null : (this.#oldest.get(channelNo, seq) ?? null);
  }
}
