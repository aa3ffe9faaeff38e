/** Search over everything cached: messages by the bigram index, people and groups by name or pinyin. */
import type Database from 'better-sqlite3';
import { ChannelType, type ContactView } from '../../../shared/domain.ts';
import type {
  KindCounts,
  SearchHit,
  SearchQuery,
  SearchResult,
} from '../../../shared/ipc/contract/search.ts';
import { foldQuery } from '../../../shared/matching/match.ts';
import { hitRanges, holdsPhrases, type Phrase, queryPhrases } from '../../../shared/matching/terms.ts';
import type { StoreContext } from '../store/context.ts';
import type { ChannelTable } from '../store/tables/channels/channel-table.ts';
import { keyOf, type StoredMessage } from '../store/tables/messages/message-row.ts';
import type { OutboxTables } from '../store/tables/outbox/outbox-tables.ts';
import type { PeopleTables } from '../store/tables/people/people-tables.ts';
import { nameMatches } from '../store/tables/people/pinyin.ts';
import type { SearchIndex } from '../store/tables/search/search-index.ts';
import { shardTable } from '../store/tables/search/search-shards.ts';
import {
  BELOW_PLACE,
  type FilterArgs,
  FITS,
  NEWEST_FIRST,
  newestFirst,
  type PlaceArgs,
} from './hit-filter.ts';
import { type Counted, KindCounter } from './kind-counts.ts';
import { type Listed, Listing } from './listing.ts';
import type { KindsQuery } from './search-api.ts';
import { NewestParts } from './newest-parts.ts';
import { WordsWith } from './words-with.ts';
import { matchExpression } from '../store/tables/search/segmenter.ts';
import type { MessageViews } from '../store/views/message-views.ts';

interface Parts {
  index: Pick<SearchIndex, 'shards' | 'missing'>;
  channels: ChannelTable;
  outbox: OutboxTables;
  people: PeopleTables;
  views: MessageViews;
}

type Args = FilterArgs & PlaceArgs & { match: string; limit: number };
type Finder = Database.Statement<[Args], StoredMessage>;

/** Newest first; the cursor is "timestamp:message id" of the last hit of the page. */
function parseCursor(cursor: string | null): PlaceArgs {
  const match = /^(\d{1,15}):(-?\d{1,19})$/.exec(cursor ?? '');
  if (!match?.[2]) return { beforeTime: Number.MAX_SAFE_INTEGER, beforeId: '0' };
  return { beforeTime: Number(match[1]), beforeId: match[2] };
}

export class Search {
  readonly #db: Database.Database;
  readonly #parts: Parts;
  /** By number of the index's table. */
  readonly #finders = new Map<number, Finder>();

  readonly #listing: Listing;
  readonly #words: WordsWith;
  readonly #kinds: KindCounter;

  constructor({ db }: Pick<StoreContext, 'db'>, parts: Parts) {
    this.#db = db;
    this.#words = new WordsWith(db);
    const newest = new NewestParts(db);
    this.#listing = new Listing(db, newest);
    this.#kinds = new KindCounter(db, newest);
    this.#parts = parts;
  }

  /**
   * One step further: the answer, or where to go on. Words are found in the index at once; what fits filters alone is
   * looked for part by part, and between two of them others get their turn.
   */
  query(query: SearchQuery, so: Listed | null = null): SearchResult | Listed {
    const { channels, outbox, people, views } = this.#parts;
    const channelNo = query.channel ? channels.find(query.channel) : null;
    if (!isListed(query) || (query.channel && channelNo === null)) return this.#named(query);
    const { fromUid, since, until, kind = null, limit } = query;
    const filter = { channelNo, fromUid, since, until, kind, limit };
    const step = this.#listing.step({ ...filter, ...parseCursor(query.cursor) }, so);
    if ('part' in step) return step;
    const messages = step.rows.flatMap((row): SearchHit[] => {
      const channel = channels.ref(row.channel_no);
      if (outbox.recalls.byKey(channel, keyOf(row))) return [];
      return [{ message: views.ofRow(row), channelName: people.channelName(channel), ranges: [] }];
    });
    return { messages, cursor: step.cursor && cursorAt(step.cursor), contacts: [], groups: [] };
  }

  #named(query: SearchQuery): SearchResult {
    const found = this.#messages(query);
    const text = foldQuery(query.text);
    // People and groups belong to the first page of a search everywhere.
    const named = text !== '' && query.channel === null && query.cursor === null && query.fromUid === null;
    return {
      messages: found.hits,
      cursor: found.cursor,
      contacts: named ? this.#contacts(text) : [],
      groups: named ? this.#groups(text) : [],
    };
  }

  /** How many of each kind `query` would find among the messages: the answer, or where to go on. */
  kinds(
    { text, channel, fromUid, since, until }: KindsQuery,
    so: Counted | null = null,
  ): KindCounts | Counted {
    const { channels, index } = this.#parts;
    const phrases = queryPhrases(text);
    const channelNo = channel ? channels.find(channel) : null;
    const nothing = { text: 0, media: 0, file: 0, link: 0, more: false };
    if ((channel && channelNo === null) || (phrases.length === 0 && text.trim() !== '')) return nothing;
    const filter = { channelNo, fromUid, since, until, kind: null };
    if (phrases.length === 0) return this.#kinds.countPart(filter, so);
    const matches = [...index.shards()].map((shard) => [shard, this.#matchIn(shard, phrases)] as const);
    return this.#kinds.count(filter, matches);
  }

  #messages(query: SearchQuery): { hits: SearchHit[]; cursor: string | null } {
    const { channels, outbox, people, views } = this.#parts;
    const { fromUid, since, until, kind = null } = query;
    const phrases = queryPhrases(query.text);
    const channelNo = query.channel ? channels.find(query.channel) : null;
    // Words of which nothing can be looked for find nothing.
    if (phrases.length === 0 || (query.channel && channelNo === null)) return { hits: [], cursor: null };
    const hits: SearchHit[] = [];
    let place = parseCursor(query.cursor);
    let cursor: string | null = null;
    // Rows that are being recalled are left out here; ask again until the page is full.
    for (;;) {
      const wanted = query.limit - hits.length + 1;
      const args = { channelNo, fromUid, since, until, kind, ...place, limit: wanted };
      const rows = this.#find(args, phrases);
      for (const row of rows) {
        const channel = channels.ref(row.channel_no);
        place = { beforeTime: row.timestamp, beforeId: row.message_id };
        if (outbox.recalls.byKey(channel, keyOf(row))) continue;
        if (hits.length === query.limit) return { hits, cursor };
        cursor = cursorAt(place);
        hits.push({
          message: views.ofRow(row),
          channelName: people.channelName(channel),
          ranges: hitRanges(row.search_text ?? '', phrases),
        });
      }
      if (rows.length < wanted) return { hits, cursor: null };
    }
  }

  /** The newest `limit` hits of all tables, newest first. */
  #find(args: Omit<Args, 'match'>, phrases: readonly Phrase[]): StoredMessage[] {
    const { index } = this.#parts;
    const hits: StoredMessage[] = [];
    for (const shard of index.shards()) {
      let finder = this.#finders.get(shard);
      if (!finder) this.#finders.set(shard, (finder = this.#finderIn(shardTable(shard))));
      hits.push(...finder.all({ ...args, match: this.#matchIn(shard, phrases) }));
      const missing = index.missing(shard);
      if (missing) hits.push(...this.#read({ ...args, match: '' }, phrases, missing));
    }
    hits.sort(newestFirst);
    return hits.slice(0, args.limit);
  }

  #finderIn(table: string): Finder {
    return this.#db.prepare(
      `SELECT m.* FROM ${table} s JOIN message m ON m.row = s.rowid
       WHERE ${table} MATCH @match AND ${FITS} AND ${BELOW_PLACE} ${NEWEST_FIRST} LIMIT @limit`,
    );
  }

  #matchIn(shard: number, phrases: readonly Phrase[]): string {
    return matchExpression(phrases, (part) => this.#words.in(shard, part));
  }

  /** Rows that the index is still to be given: a part of one table, read one by one. */
  #read(args: Args, phrases: readonly Phrase[], [from, end]: readonly [number, number]): StoredMessage[] {
    const rows = this.#db.prepare<[Args & { from: number; end: number }], StoredMessage>(
      `SELECT m.* FROM message m WHERE m.row >= @from AND m.row < @end AND m.search_text IS NOT NULL
       AND ${FITS} AND ${BELOW_PLACE} ${NEWEST_FIRST}`,
    );
    const hits: StoredMessage[] = [];
    for (const row of rows.iterate({ ...args, from, end })) {
      if (hits.length === args.limit) break;
      if (holdsPhrases(row.search_text ?? '', phrases)) hits.push(row);
    }
    return hits;
  }

  #contacts(text: string): ContactView[] {
    return this.#parts.people
      .contacts()
      .filter((contact) =>
        [contact.remark, contact.name, contact.username].some((name) => nameMatches(name, text)),
      );
  }

  #groups(text: string): SearchResult['groups'] {
    const { people } = this.#parts;
    return people
      .groupNos()
      .map((groupNo) => ({ group: people.group(groupNo), groupNo }))
      .filter(({ group }) => group && (nameMatches(group.remark, text) || nameMatches(group.name, text)))
      .map(({ group, groupNo }) => {
        const channel = { channelId: groupNo, channelType: ChannelType.group };
        return {
          channel,
          name: people.channelName(channel),
          memberCount: people.counts(groupNo).members || (group?.member_count ?? 0),
        };
      });
  }
}

const cursorAt = ({ beforeTime, beforeId }: PlaceArgs): string => `${beforeTime}:${beforeId}`;

/** No words: something else says what is meant. */
const isListed = ({ text, fromUid, since, until, kind }: SearchQuery): boolean =>
  text.trim() === '' && (kind !== undefined || fromUid !== null || since !== null || until !== null);
