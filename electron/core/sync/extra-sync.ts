/**
 * The incremental sync of message extras (recalls, edits, read counts) by version: the truth about recalls
 * (wukongim.md E.4, tsdd-api.md 5.2). One run per channel at a time, starting at version 1, pages of 500; the cursor moves
 * only after the rows are committed.
 *
 * A hint (CMD, 1006) asks for a run; only the rows of the answer are applied. When the answer is silent about the hinted
 * message the message itself is read back once: if the server shows it as recalled, its versions went backwards (restored
 * from a backup, another node's clock) and the channel is read again from version 1 under a new source. If not, the hint
 * was forged and nothing happens.
 */
import { randomUUID } from 'node:crypto';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import type { RecallSource } from '../store/store-api.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createKeyedRunner, RunnerClosed } from './keyed-runner.ts';
import { reasonOf, type SyncContext } from './sync-context.ts';

const FIRST_VERSION = 1;
const PAGE_ROWS = 500;
/** 100,000 extras in one go; the next run continues. */
const MAX_PAGES = 200;
/** Runs that bring no rows: this many at once per channel, then one per interval, however many hints arrive. */
const BURST = 6;
const REFILL_MS = 500;
const CONCURRENCY = 4;
/** Read-backs of hinted messages per channel: at most one run of them in this time. */
const VERIFY_INTERVAL_MS = 5_000;
const MAX_HINTS_KEPT = 50;
/** Waits between tries after an announcement; then the next connection has to do. */
const RETRY_MS = [1_000, 3_000, 10_000, 30_000, 60_000] as const;
const GENERATION_STATE = 'extraGeneration';

interface Pending {
  source: RecallSource;
  startedAt: number;
  hintedIds: Set<string>;
}

export interface ExtraSync {
  /**
   * Asks for a run. `startedAt`: performance.now() of the first sign. Rejects when the server was not reached; the
   * caller logs, the next connection asks again.
   */
  request: (channel: ChannelRef, source: RecallSource, startedAt: number, hintedId?: string) => Promise<void>;
  /**
   * As `request`, for announcements: they come once, so a run that failed for want of a network is repeated with
   * back-off. The next connection reads all extras anyway.
   */
  requestUntilAnswered: (
    channel: ChannelRef,
    source: RecallSource,
    startedAt: number,
    hintedId?: string,
  ) => void;
  /** The local database is new: the server must forget what it believes we have. */
  renewGeneration: () => void;
  close: () => void;
}

export function createExtraSync(context: SyncContext): ExtraSync {
  const { api, store, log } = context;
  const pending = new Map<string, Pending>();
  const lastVerify = new Map<string, number>();
  const runner = createKeyedRunner({ burst: BURST, refillMs: REFILL_MS, concurrency: CONCURRENCY, run });

  function renewGeneration(): void {
    store.setState(GENERATION_STATE, randomUUID().slice(0, 8));
  }

  /** Unique per device and database, because real TSDD keeps a cursor per source (tsdd-api.md 5.2). */
  function sourceName(): string {
    if (store.getState(GENERATION_STATE) === null) renewGeneration();
    return `${context.deviceId}:${store.getState(GENERATION_STATE) ?? ''}`;
  }

  async function run(key: string): Promise<boolean> {
    const job = pending.get(key) ?? {
      source: 'extra',
      startedAt: performance.now(),
      hintedIds: new Set<string>(),
    };
    pending.delete(key);
    const channel = parseChannelKey(key);
    const mentioned = await readPages(channel, job);
    const silent = [...job.hintedIds].filter((id) => !mentioned.has(id));
    if (silent.length > 0) await verify(channel, silent, job);
    return mentioned.size > 0;
  }

  async function readPages(channel: ChannelRef, job: Pending): Promise<Set<string>> {
    const mentioned = new Set<string>();
    let cursor = Math.max(FIRST_VERSION, store.extraVersion(channel));
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { extras, rowCount } = await api.extraSync(channel, cursor, sourceName(), PAGE_ROWS);
      for (const extra of extras) mentioned.add(extra.messageId);
      if (extras.length > 0) store.applyExtras(channel, extras, job.source, job.startedAt);
      const highest = extras.reduce((max, extra) => Math.max(max, extra.version), cursor);
      if (highest > cursor) store.setExtraVersion(channel, highest);
      if (rowCount < PAGE_ROWS) return mentioned;
      if (highest <= cursor) {
        log('warn', 'message/extra/sync: a full page without a higher version; stopped');
        return mentioned;
      }
      cursor = highest;
    }
    log('warn', `message/extra/sync: stopped after ${MAX_PAGES} pages; the next run continues`);
    return mentioned;
  }

  async function verify(channel: ChannelRef, ids: readonly string[], job: Pending): Promise<void> {
    const key = channelKey(channel);
    const now = Date.now();
    if (now - (lastVerify.get(key) ?? Number.NEGATIVE_INFINITY) < VERIFY_INTERVAL_MS) return;
    lastVerify.set(key, now);
    for (const id of ids) {
      const known = store.messageById(id);
      if (!known || known.messageSeq === 0 || channelKey(known.channel) !== key) continue;
      if (known.recall?.state === 'done') continue;
      const seq = known.messageSeq;
      const { messages } = await api.history({ channel, mode: 'down', fromSeq: seq, toSeq: seq, limit: 1 });
      const row = messages.find((message) => message.messageId === id);
      if (!row?.extra?.revoke) {
        log('info', 'a recall was announced that the server does not confirm; ignored');
        continue;
      }
      log('warn', 'message/extra/sync: versions went backwards; reading the channel again from the start');
      // The row is the server's own word; the restart finds the others.
      store.ingest([row], 'history');
      renewGeneration();
      store.setExtraVersion(channel, FIRST_VERSION);
      await readPages(channel, { ...job, hintedIds: new Set() });
      return;
    }
  }

  const retryTimers = new Set<NodeJS.Timeout>();

  async function untilAnswered(
    channel: ChannelRef,
    source: RecallSource,
    startedAt: number,
    hintedId: string | undefined,
    attempt: number,
  ): Promise<void> {
    try {
      await request(channel, source, startedAt, hintedId);
    } catch (error) {
      if (error instanceof RunnerClosed) return;
      if (error instanceof CodedError && error.code === 'unauthorized') {
        context.onUnauthorized();
        return;
      }
      const delay = error instanceof CodedError && error.code === 'network' ? RETRY_MS[attempt] : undefined;
      log(
        'info',
        `extra sync after an announcement: ${reasonOf(error)}${delay ? `; again in ${delay / 1000} s` : ''}`,
      );
      if (delay === undefined) return;
      const timer = setTimeout(() => {
        retryTimers.delete(timer);
        void untilAnswered(channel, source, startedAt, hintedId, attempt + 1);
      }, delay);
      retryTimers.add(timer);
    }
  }

  async function request(
    channel: ChannelRef,
    source: RecallSource,
    startedAt: number,
    hintedId?: string,
  ): Promise<void> {
    const key = channelKey(channel);
    const waiting = pending.get(key);
    const job: Pending = waiting ?? { source, startedAt, hintedIds: new Set() };
    // The most telling source and the first sign win: they are what the recall log reports.
    if (waiting && waiting.source === 'extra') {
      waiting.source = source;
      waiting.startedAt = startedAt;
    }
    if (hintedId !== undefined && job.hintedIds.size < MAX_HINTS_KEPT) job.hintedIds.add(hintedId);
    pending.set(key, job);
    await runner.request(key);
  }

  return {
    request,
    requestUntilAnswered: (channel, source, startedAt, hintedId) =>
      void untilAnswered(channel, source, startedAt, hintedId, 0),
    renewGeneration,
    close() {
      for (const timer of retryTimers) clearTimeout(timer);
      runner.close();
    },
  };
}
