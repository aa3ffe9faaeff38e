/** What a search without words lists: everything that fits the filters, newest first, looked for part by part. */
import type Database from 'better-sqlite3';
import type { StoredMessage } from '../store/tables/messages/message-row.ts';
import {
  BELOW_PLACE,
  type FilterArgs,
  FITS,
  LISTED_MEDIA,
  NEWEST_FIRST,
  newestFirst,
  NOT_BEING_RECALLED,
  type PlaceArgs,
} from './hit-filter.ts';
import { type NewestParts, type Part, partFrom } from './newest-parts.ts';

/** A row that fits, by where it stands in the list; its words are read when the list is whole. */
interface Candidate {
  row: number;
  timestamp: number;
  message_id: string;
}

/** Where a listing stands that goes on: after which part, and the newest that were found. */
export interface Listed {
  part: Part;
  newest: Candidate[];
}

export interface ListArgs extends FilterArgs, PlaceArgs {
  /** Hits of a page. */
  limit: number;
}

type Args = FilterArgs & PlaceArgs & { wanted: number; low: number; high: number };

export class Listing {
  readonly #db: Database.Database;
  readonly #parts: NewestParts;
  readonly #finders = new Map<string, Database.Statement<[Args], Candidate>>();
  readonly #row: Database.Statement<[FilterArgs & { row: number }], StoredMessage>;

  constructor(db: Database.Database, parts: NewestParts) {
    this.#db = db;
    this.#parts = parts;
    this.#row = db.prepare(
      `SELECT m.* FROM message m WHERE m.row = @row AND ${FITS} AND ${NOT_BEING_RECALLED}`,
    );
  }

  /**
   * One part further. At the end, the rows of the page as they are then: what was recalled meanwhile is none of them.
   * `cursor` is the place of the page's last row; null = there are no more.
   */
  step(
    { limit, ...filter }: ListArgs,
    so: Listed | null,
  ): Listed | { rows: StoredMessage[]; cursor: PlaceArgs | null } {
    const wanted = limit + 1;
    // Images and files have an index of their own.
    if (filter.kind === 'media' || filter.kind === 'file')
      return this.#page(this.#find(LISTED_MEDIA, { ...filter, wanted, low: 0, high: 0 }), filter, limit);
    const part = this.#parts.next(filter.channelNo, so?.part ?? null);
    if (!part) return this.#page(so?.newest ?? [], filter, limit);
    const { low, high } = part;
    const found = this.#find(partFrom(filter.channelNo), { ...filter, wanted, low, high });
    return { part, newest: [...(so?.newest ?? []), ...found].sort(newestFirst).slice(0, wanted) };
  }

  #page(
    newest: readonly Candidate[],
    filter: FilterArgs,
    limit: number,
  ): { rows: StoredMessage[]; cursor: PlaceArgs | null } {
    const page = newest.slice(0, limit);
    const last = newest.length > limit ? page.at(-1) : undefined;
    return {
      rows: page.flatMap(({ row }) => this.#row.get({ ...filter, row }) ?? []),
      cursor: last ? { beforeTime: last.timestamp, beforeId: last.message_id } : null,
    };
  }

  #find(from: string, args: Args): Candidate[] {
    let finder = this.#finders.get(from);
    if (!finder) {
      const sql = `SELECT m.row, m.timestamp, m.message_id FROM ${from} AND ${FITS} AND ${BELOW_PLACE}
        AND ${NOT_BEING_RECALLED} ${NEWEST_FIRST} LIMIT @wanted`;
      this.#finders.set(from, (finder = this.#db.prepare(sql)));
    }
    return finder.all(args);
  }
}
