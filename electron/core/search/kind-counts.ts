/** How many messages of each kind a search would find. Numbers only: of a message nothing leaves the database. */
import type Database from 'better-sqlite3';
import type { KindCounts } from '../../../shared/ipc/contract/search.ts';
import { shardTable } from '../store/tables/search/search-shards.ts';
import {
  type FilterArgs,
  FITS,
  IS_FILE,
  IS_LINK,
  IS_MEDIA,
  IS_TEXT,
  NOT_BEING_RECALLED,
} from './hit-filter.ts';
import { type NewestParts, type Part, partFrom } from './newest-parts.ts';

/** Whoever finds more than this narrows the search, whatever the exact number is. */
const MOST_COUNTED = 10_000;

type Args = FilterArgs & { match: string; limit: number; low: number; high: number };
interface Row {
  rows: number;
  text: number | null;
  media: number | null;
  file: number | null;
  link: number | null;
}
type Counter = Database.Statement<[Args], Row>;

const counting = (from: string): string => `
  SELECT count(*) AS rows, sum(is_text) AS text, sum(is_media) AS media, sum(is_file) AS file, sum(is_link) AS link
  FROM (SELECT ${IS_TEXT} AS is_text, ${IS_MEDIA} AS is_media, ${IS_FILE} AS is_file, ${IS_LINK} AS is_link
    FROM ${from} AND ${FITS} AND ${NOT_BEING_RECALLED} LIMIT @limit)`;

/** Where a count stands that goes on: after which part, and what the parts up to it hold. */
export interface Counted {
  part: Part;
  total: KindCounts;
  left: number;
}

const nothing = (): KindCounts => ({ text: 0, media: 0, file: 0, link: 0, more: false });

export class KindCounter {
  readonly #db: Database.Database;
  readonly #parts: NewestParts;
  readonly #counters = new Map<string, Counter>();

  constructor(db: Database.Database, parts: NewestParts) {
    this.#db = db;
    this.#parts = parts;
  }

  /** `matches`: by table of the index what is looked for there. */
  count(filter: FilterArgs, matches: Iterable<readonly [shard: number, match: string]>): KindCounts {
    const total = nothing();
    let left = MOST_COUNTED;
    for (const [shard, match] of matches) {
      const table = shardTable(shard);
      const from = `${table} s JOIN message m ON m.row = s.rowid WHERE ${table} MATCH @match`;
      left = this.#add(total, from, { ...filter, match, limit: left + 1, low: 0, high: 0 });
      if (left < 0) break;
    }
    return total;
  }

  /** Everything that fits, whatever it says, one part further. */
  countPart(filter: FilterArgs, so: Counted | null): Counted | KindCounts {
    const part = this.#parts.next(filter.channelNo, so?.part ?? null);
    const total = so ? { ...so.total } : nothing();
    if (!part) return total;
    const limit = (so?.left ?? MOST_COUNTED) + 1;
    const { low, high } = part;
    const left = this.#add(total, partFrom(filter.channelNo), { ...filter, match: '', limit, low, high });
    return left < 0 ? total : { part, total, left };
  }

  /** How many may still be counted; below 0 = there are more. */
  #add(total: KindCounts, from: string, args: Args): number {
    const row = this.#counter(from).get({ ...args, kind: null });
    total.text += row?.text ?? 0;
    total.media += row?.media ?? 0;
    total.file += row?.file ?? 0;
    total.link += row?.link ?? 0;
    const left = args.limit - 1 - (row?.rows ?? 0);
    total.more = left < 0;
    return left;
  }

  #counter(from: string): Counter {
    let counter = this.#counters.get(from);
    if (!counter) this.#counters.set(from, (counter = this.#db.prepare(counting(from))));
    return counter;
  }
}
