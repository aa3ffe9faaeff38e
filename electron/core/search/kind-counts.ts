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
  NEWEST_OF_ALL,
  NEWEST_OF_CHAT,
} from './hit-filter.ts';

/** Whoever finds more than this narrows the search, whatever the exact number is. */
const MOST_COUNTED = 10_000;

type Args = FilterArgs & { match: string; limit: number };
interface Row {
  rows: number;
  text: number | null;
  media: number | null;
  file: number | null;
  link: number | null;
}
type Counter = Database.Statement<[Args], Row>;

/** What is being recalled is withheld from every view, and so from what they count. */
const NOT_BEING_RECALLED = 'NOT EXISTS (SELECT 1 FROM outbox.recall_job r WHERE r.message_id = m.message_id)';

const counting = (from: string): string => `
  SELECT count(*) AS rows, sum(is_text) AS text, sum(is_media) AS media, sum(is_file) AS file, sum(is_link) AS link
  FROM (SELECT ${IS_TEXT} AS is_text, ${IS_MEDIA} AS is_media, ${IS_FILE} AS is_file, ${IS_LINK} AS is_link
    FROM ${from} AND ${FITS} AND ${NOT_BEING_RECALLED} LIMIT @limit)`;

export class KindCounter {
  readonly #db: Database.Database;
  readonly #counters = new Map<string, Counter>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** `matches`: by table of the index what is looked for there; null = no words, everything that fits. */
  count(filter: FilterArgs, matches: Iterable<readonly [shard: number, match: string]> | null): KindCounts {
    const total = { text: 0, media: 0, file: 0, link: 0, more: false };
    let left = MOST_COUNTED;
    for (const [from, match] of sources(filter, matches)) {
      const row = this.#counter(from).get({ ...filter, kind: null, match, limit: left + 1 });
      if (!row) continue;
      total.text += row.text ?? 0;
      total.media += row.media ?? 0;
      total.file += row.file ?? 0;
      total.link += row.link ?? 0;
      left -= row.rows;
      if (left < 0) return { ...total, more: true };
    }
    return total;
  }

  #counter(from: string): Counter {
    let counter = this.#counters.get(from);
    if (!counter) this.#counters.set(from, (counter = this.#db.prepare(counting(from))));
    return counter;
  }
}

function* sources(
  { channelNo }: FilterArgs,
  matches: Iterable<readonly [number, string]> | null,
): Generator<[from: string, match: string]> {
  if (matches === null) {
    yield [channelNo === null ? NEWEST_OF_ALL : NEWEST_OF_CHAT, ''];
    return;
  }
  for (const [shard, match] of matches) {
    const table = shardTable(shard);
    yield [`${table} s JOIN message m ON m.row = s.rowid WHERE ${table} MATCH @match`, match];
  }
}
