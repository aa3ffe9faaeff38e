/** The whole store over one open database. `open-store.ts` wraps it so that a damaged file can be replaced. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import { RecallLogEntry } from '../../../shared/ipc/contract/recall.ts';
import type { StoreContext } from '../store/context.ts';
import { cachePath, limitLogs, truncateLog } from '../store/files/database.ts';
import { schemaVersion } from '../store/files/migrations/migrate.ts';
import { createBookmarks } from './bookmarks.ts';
import { createConversations } from './conversations.ts';
import { createMediaFiles } from './media-files.ts';
import { createMessages } from './messages.ts';
import { createOutboxJobs } from './outbox-jobs.ts';
import { createParts, type PartsOptions } from './parts.ts';
import { createPeople } from './people.ts';
import { createPacks } from './packs.ts';
import { createPins } from './pins.ts';
import { createReactions } from './reactions.ts';
import { createStateValues } from './state-values.ts';
import type { KindCounts, SearchResult } from '../../../shared/ipc/contract/search.ts';
import type { Counted } from '../search/kind-counts.ts';
import type { Listed } from '../search/listing.ts';
import { toTheEnd } from '../search/search-api.ts';
import { SERVER_OFFSET_STATE, type Store } from './store-api.ts';
import { tidyAtStart } from './tidy-at-start.ts';

export type StoreCore = Omit<Store, 'readOnly' | 'rebuild'> & {
  onIdle(): void;
  /** Nothing is open in a chat yet. */
  restarted(): void;
  /** Erases what has come to its end by now or by this server time: expired messages, and what was opened and burns. */
  endDue(serverNowMs?: number): void;
  /** Server time (ms) of the next end; null = none is known. */
  nextEndMs(): number | null;
  /** Server clock minus local clock as an earlier connection measured it. */
  storedOffsetMs(): number;
  /** After a start nothing is in flight: jobs on the wire are queued again, with the same client_msg_no. */
  resetInterrupted(): void;
  /** Index entries of erased messages wait to be taken out. */
  anyErasureDue(): boolean;
  /** Takes some of them out, of at most `rows` messages; true when there are more. */
  eraseDue(rows: number): boolean;
  /**
   * What an older version left to be made in the background: a slice of the search index for another version of the
   * segmenter, then of the shared content; true when there is more.
   */
  rebuildIndex(): boolean;
};

export interface CoreOptions extends PartsOptions {
  accountDir: string;
  /** A checkpoint could not empty the write-ahead log because somebody reads it: try again soon. */
  onCheckpointBusy: () => void;
}

/** Of one transaction, when all erasures that are due are made at once. */
const ERASE_AT_ONCE = 1_000;

export function createStoreCore(ctx: StoreContext, options: CoreOptions): StoreCore {
  const { db } = ctx;
  const parts = createParts(ctx, options);
  const { index, memory, outbox, state } = parts;
  const indexBytes = db
    .prepare<[], number>(
      `SELECT sum(pgsize) FROM sqlite_schema AS s JOIN dbstat('main') AS d ON d.name = s.name AND d.aggregate = 1
       WHERE s.name LIKE 'message\\_search%' ESCAPE '\\'`,
    )
    .pluck();
  const countMessages = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM message');

  index.ensureCurrent();
  if (!options.readOnly) tidyAtStart(ctx, parts);
  if (state.get('cacheId') === null) ctx.write(() => state.set('cacheId', randomUUID()));
  memory.setLog(z.array(RecallLogEntry).catch([]).parse(state.json('recallLog')));

  const messages = createMessages(ctx, parts);
  // What grew when the app ended may have gone on.
  if (!options.readOnly) messages.restStreams();
  return {
    messages,
    conversations: createConversations(ctx, parts),
    people: createPeople(ctx, parts),
    outbox: createOutboxJobs(ctx, parts),
    media: createMediaFiles(ctx, parts),
    bookmarks: createBookmarks(ctx, parts),
    pins: createPins(ctx, parts),
    packs: createPacks(ctx, parts),
    reactions: createReactions(ctx, parts),
    state: createStateValues(ctx, parts),
    search: (query) => toTheEnd<SearchResult, Listed>((so) => parts.search.query(query, so)),
    searchKinds: (query) => toTheEnd<KindCounts, Counted>((so) => parts.search.kinds(query, so)),
    searchStep: (query, so) => parts.search.query(query, so),
    searchKindsStep: (query, so) => parts.search.kinds(query, so),

    onIdle() {
      index.compact();
    },
    restarted: () => parts.burns.restart(),
    endDue(serverNowMs) {
      parts.expiry.run(serverNowMs);
      parts.burns.run();
    },
    nextEndMs() {
      const ends = [parts.expiry.next(), parts.burns.nextMs()].filter((end) => end !== null);
      return ends.length === 0 ? null : Math.min(...ends);
    },
    storedOffsetMs: () => Number(state.get(SERVER_OFFSET_STATE) ?? '0') || 0,
    resetInterrupted: () => ctx.write(() => outbox.resetInterrupted()),
    anyErasureDue: () => index.anyDue(),
    eraseDue: (rows) => index.eraseDue(rows),
    rebuildIndex: () => index.rebuildSome() || parts.sharedNotes.noteSome(),
    checkpoint() {
      if (options.readOnly) return;
      // (Thousands of messages lie in as many pages.)
      while (index.eraseDue(ERASE_AT_ONCE)) limitLogs(db);
      ctx.write(() => state.set('recallLog', JSON.stringify(memory.log())));
      const done = [truncateLog(db, 'main'), truncateLog(db, 'outbox')];
      if (done.includes(false)) {
        ctx.log('warn', 'checkpoint: another connection is reading, tried again soon');
        options.onCheckpointBusy();
      }
    },
    vacuum() {
      if (options.readOnly) return;
      for (const schema of ['main', 'outbox'] as const) {
        db.exec(`VACUUM ${schema}`);
        truncateLog(db, schema);
      }
    },
    indexBytes: () => indexBytes.get() ?? 0,
    diagnostics: () => ({
      outboxJobs: outbox.jobCount(),
      cachedMessages: countMessages.get()?.n ?? 0,
      cacheBytes:
        fileBytes(cachePath(options.accountDir)) + fileBytes(`${cachePath(options.accountDir)}-wal`),
      schemaVersion: schemaVersion(db, 'main'),
    }),
    close: () => void db.close(),
  };
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
