/**
 * The structural half of the leak check: looks whether any column, index entry or job still holds something of a
 * recalled message. Only reads; what it finds is erased by the store.
 */
import type Database from 'better-sqlite3';
import type { Leftovers } from '../recall/erase-leftovers.ts';
import { ERASED } from '../store/tables/messages/keep-or-erase.ts';
import { indexedRows } from './indexed-rows.ts';
import { strayStates } from '../store/tables/known-state.ts';
import { OWNER } from '../store/tables/media-left-table.ts';
import { overstated, type Overstated } from './overstated.ts';
import { liveTexts } from './live-texts.ts';
import { countOf, findRecalled, openReadOnly } from './recalled-tables.ts';

/** Counts of places; every one but `recalls`, `previews` and `quotes` should be 0. */
export interface StructuralFindings {
  /** Recalled messages in the cache. */
  recalls: number;
  /** Recalled messages that are the last of their conversation. */
  previews: number;
  /** Messages that quote a recalled one. */
  quotes: number;
  /**
   * Rows of recalled messages with content, or not marked as recalled although the server said so; rows of what is gone
   * for another reason (deleted, cleared, expired, burned) with content or an edit; indexed text of what burns;
   * reactions to either, and pins.
   */
  rowsWithContent: number;
  /** Rows of recalled messages that count as unread or as a mention. */
  rowsCounted: number;
  /** Quotes and system lines that carry words of another message, in the cache or in a job that waits. */
  quotesWithText: number;
  /**
   * Forwards and edits of a recalled message and reactions to it or pins of it that wait, drafts that quote it,
   * favourites and reminders.
   */
  jobsLeft: number;
  /**
   * Entries in the search index of messages that are recalled, gone, unknown or burn after reading; rows that are to be
   * taken out of it and should not be.
   */
  indexed: number;
  /** Names or values in the table `state` that do not belong there. */
  strayStates: number;
  /** Recalled messages that still have a cached file. */
  mediaLeft: number;
  /** Where all of it is. */
  leftovers: Leftovers;
}

const CONTENT = Object.keys(ERASED).filter((column) => column !== 'counts' && column !== 'mention');
const isLeft = (column: string): string => {
  const erased = ERASED[column as keyof typeof ERASED];
  return erased === null ? `m.${column} IS NOT NULL` : `m.${column} <> ${erased}`;
};
const HAS_CONTENT = `(m.recalled = 0 OR ${CONTENT.map(isLeft).join(' OR ')})`;
const IS_COUNTED = '(m.counts <> 0 OR m.mention <> 0)';

const RECALLED_ROWS = 'recalled_row r JOIN main.message m ON m.row = r.row';
const QUOTERS = `recalled_id r JOIN main.message q INDEXED BY message_by_quote
  ON q.quote_message_id = r.message_id AND q.quote_message_id IS NOT NULL`;
const QUOTERS_WITH_TEXT = `${QUOTERS} WHERE json_extract(q.payload, '$.reply.payload.content') <> ''`;
const ROWS_WITH_CONTENT = `${RECALLED_ROWS} WHERE ${HAS_CONTENT}`;
const UNSEARCHED_WITH_TEXT = `unsearched_row u JOIN main.message m ON m.row = u.row
  WHERE m.search_text IS NOT NULL OR m.shared_kind <> 0 OR (m.shown = 0 AND m.payload IS NOT NULL)`;
const ROWS_COUNTED = `${RECALLED_ROWS} WHERE ${IS_COUNTED}`;
const EDITS = 'recalled_id r JOIN main.message_extra e USING (message_id) WHERE e.edit IS NOT NULL';
const GONE_WITH_CONTENT = `gone_row r JOIN main.message m ON m.row = r.row
  WHERE m.payload IS NOT NULL OR m.search_text IS NOT NULL OR m.quote_message_id IS NOT NULL OR m.counts <> 0
  OR m.shared_kind <> 0`;
const GONE_EDITS = 'gone_row r JOIN main.message_extra e USING (message_id) WHERE e.edit IS NOT NULL';
const GONE_FILES = `(SELECT f.message_id, ${OWNER} AS owner FROM main.media_file f) r
  LEFT JOIN main.message m ON m.message_id = r.owner
  WHERE m.row IS NULL OR m.deleted = 1 OR m.hidden = 1 OR m.recalled = 1 AND r.message_id <> r.owner`;
const FILES = 'recalled_id r JOIN main.media_file f USING (message_id)';
const QUOTING_SENDS = `recalled_id r JOIN outbox.send_job j ON j.quote_message_id = r.message_id
  WHERE json_extract(j.payload, '$.reply.payload.content') <> ''`;
const FORWARDS =
  "recalled_id r JOIN outbox.send_job j ON j.forward_of = r.message_id WHERE j.state <> 'sending'";
const WAITING_EDITS = `recalled_id r JOIN outbox.action_job a ON json_extract(a.args, '$.messageId') = r.message_id
  WHERE a.kind IN ('edit', 'react', 'pin')`;
const SENDS_QUOTING_GONE = `gone_row r JOIN outbox.send_job j ON j.quote_message_id = r.message_id
  WHERE json_extract(j.payload, '$.reply.payload.content') <> ''`;
/** (What was only deleted here may be sent on.) */
const EXPIRED = 'gone_row r JOIN main.message m ON m.row = r.row AND m.expires_at > 0 AND r.expired = 1';
const FORWARDS_OF_EXPIRED = `${EXPIRED} JOIN outbox.send_job j ON j.forward_of = r.message_id
  WHERE j.state <> 'sending'`;
const EDITED = "outbox.action_job a ON json_extract(a.args, '$.messageId') = r.message_id";
const EDITS_OF_GONE = `gone_row r JOIN ${EDITED} WHERE a.kind IN ('edit', 'react', 'pin')`;
const EDITS_OF_UNKNOWN = `main.message_extra r JOIN ${EDITED}
  WHERE a.kind IN ('edit', 'react', 'pin') AND r.revoke = 0 AND r.mutual_deleted = 1`;
/** (Nothing would say when they have to go.) */
const EDITS_OF_NOTHING = `main.message_extra r WHERE r.edit IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM main.message m WHERE m.message_id = r.message_id)`;
const QUOTING_DRAFTS = 'recalled_id r JOIN outbox.draft d ON d.reply_to = r.message_id';

/** (Triggers keep it empty.) */
const REACTIONS_TO_NOTHING = `main.reaction r LEFT JOIN main.message m USING (message_id)
  WHERE m.row IS NULL OR m.recalled = 1 OR m.shown = 0`;

const PINS_OF_NOTHING = `main.pin r LEFT JOIN main.message m USING (message_id)
  WHERE m.row IS NULL OR m.recalled = 1 OR m.shown = 0`;

const BOOKMARKS = "recalled_id r JOIN outbox.bookmark b USING (message_id) WHERE b.kind <> 'gone'";
const BOOKMARKS_OF_GONE = "gone_row r JOIN outbox.bookmark b USING (message_id) WHERE b.kind <> 'gone'";

/** A row on the list of index entries to be erased that nobody known has put there. */
interface StrayErasure {
  row: number;
  messageId: string | null;
}
const isOfMessage = (stray: StrayErasure): stray is StrayErasure & { messageId: string } =>
  stray.messageId !== null;

export class AccountInspection {
  readonly #db: Database.Database;

  /** @throws when the databases cannot be read. */
  constructor(accountDir: string) {
    this.#db = openReadOnly(accountDir);
  }

  /** `serverNowMs`: what has expired by then should be gone. */
  async findings(serverNowMs: number): Promise<StructuralFindings> {
    // At once: the checkpoint has just emptied the list, and what is erased from now on is rightly on it.
    const strayErasures = this.#strayErasures();
    const states = strayStates(this.#db);
    await findRecalled(this.#db, Math.floor(serverNowMs / 1000));
    const indexed = await indexedRows(this.#db);
    const over = await overstated(this.#db);
    return {
      recalls: countOf(this.#db, 'SELECT count(*) FROM recalled_row'),
      previews: this.#count(
        `${RECALLED_ROWS} JOIN main.conversation c ON c.channel_no = m.channel_no
         WHERE m.shown = 1 AND m.seq = (SELECT max(l.seq) FROM main.message l WHERE l.channel_no = m.channel_no AND l.shown = 1)`,
      ),
      quotes: this.#count(QUOTERS),
      rowsWithContent: this.#count(
        ROWS_WITH_CONTENT,
        EDITS,
        UNSEARCHED_WITH_TEXT,
        GONE_WITH_CONTENT,
        GONE_EDITS,
        EDITS_OF_NOTHING,
        REACTIONS_TO_NOTHING,
        PINS_OF_NOTHING,
      ),
      rowsCounted: this.#count(ROWS_COUNTED),
      quotesWithText:
        this.#count(QUOTERS_WITH_TEXT, QUOTING_SENDS, SENDS_QUOTING_GONE) +
        over.quoting.length +
        over.quotingEdits.length,
      jobsLeft:
        this.#count(
          FORWARDS,
          WAITING_EDITS,
          QUOTING_DRAFTS,
          BOOKMARKS,
          BOOKMARKS_OF_GONE,
          FORWARDS_OF_EXPIRED,
          EDITS_OF_GONE,
          EDITS_OF_UNKNOWN,
        ) + over.forwarding.length,
      mediaLeft: this.#count(FILES, GONE_FILES),
      indexed: indexed.length + over.misindexed.length + strayErasures.length,
      strayStates: states.length,
      leftovers: this.#leftovers(
        [...indexed, ...strayErasures.filter((stray) => !isOfMessage(stray)).map(({ row }) => row)],
        // What the list says was indexed for these rows need not be what the index has.
        { ...over, misindexed: [...over.misindexed, ...strayErasures.filter(isOfMessage)] },
        states,
      ),
    };
  }

  /** Every text that messages, jobs and drafts rightly hold, in pages. */
  liveTexts(): Generator<string[]> {
    return liveTexts(this.#db);
  }

  close(): void {
    this.#db.close();
  }

  #count(...sources: string[]): number {
    return sources.reduce((sum, source) => sum + countOf(this.#db, `SELECT count(*) FROM ${source}`), 0);
  }

  #strayErasures(): StrayErasure[] {
    return this.#db
      .prepare<[], StrayErasure>(
        `SELECT e.row, m.message_id AS messageId FROM main.search_erase e LEFT JOIN main.message m ON m.row = e.row`,
      )
      .all();
  }

  #leftovers(indexed: readonly number[], over: Overstated, strayStates: readonly string[]): Leftovers {
    const ofRecalled = [
      ROWS_WITH_CONTENT,
      ROWS_COUNTED,
      EDITS,
      QUOTING_SENDS,
      FORWARDS,
      WAITING_EDITS,
      QUOTING_DRAFTS,
      BOOKMARKS,
    ];
    const listed = this.#column<number>(
      `SELECT m.row FROM ${RECALLED_ROWS} WHERE m.search_text IS NOT NULL
       UNION SELECT m.row FROM unsearched_row u JOIN main.message m ON m.row = u.row WHERE m.search_text IS NOT NULL`,
    );
    return {
      messageIds: [
        ...new Set(
          [...ofRecalled, FILES]
            .flatMap((source) => this.#column<string>(`SELECT r.message_id FROM ${source}`))
            .concat(over.forwarding),
        ),
      ],
      goneIds: [GONE_WITH_CONTENT, GONE_EDITS, EDITS_OF_NOTHING].flatMap((source) =>
        this.#column<string>(`SELECT r.message_id FROM ${source}`),
      ),
      staleIds: [
        ...this.#column<string>(
          `SELECT q.message_id FROM ${QUOTERS_WITH_TEXT} UNION SELECT u.message_id FROM ${UNSEARCHED_WITH_TEXT}`,
        ),
        ...over.quoting,
        ...over.quotingEdits,
      ],
      misindexed: over.misindexed,
      strayStates,
      quotedGoneIds: this.#column<string>(`SELECT r.message_id FROM ${SENDS_QUOTING_GONE}`),
      expiredIds: this.#column<string>(`SELECT r.message_id FROM ${FORWARDS_OF_EXPIRED}`),
      editedGoneIds: [EDITS_OF_GONE, EDITS_OF_UNKNOWN, BOOKMARKS_OF_GONE].flatMap((source) =>
        this.#column<string>(`SELECT r.message_id FROM ${source}`),
      ),
      pinnedIds: this.#column<string>(`SELECT r.message_id FROM ${PINS_OF_NOTHING}`),
      reactedIds: this.#column<string>(`SELECT r.message_id FROM ${REACTIONS_TO_NOTHING}`),
      goneFileIds: this.#column<string>(`SELECT r.message_id FROM ${GONE_FILES}`),
      indexedRows: [...new Set([...indexed, ...listed])],
    };
  }

  #column<T>(sql: string): T[] {
    return this.#db.prepare<[], T>(sql).pluck().all();
  }
}
