/**
 * The incremental sync of message extras (recalls, edits, read counts) by version: the truth about recalls
 * (wukongim.md E.4, tsdd-api.md 5.2). One run per channel at a time, starting at version 1, pages of 500; the cursor moves
 * only after the rows are committed.
 *
 * A hint (CMD, 1006) asks for a run; only the rows of the answer are applied. When the answer is silent about hinted
 * messages this account has, they are read back: if the server shows one as recalled, its versions went backwards (restored
 * from a backup, another node's clock) and the channel is read again from version 1 under a new source. If not, the hint
 * was forged and nothing happens.
 */
import { randomUUID } from 'node:crypto';
import { reasonOf } from '../../../shared/errors.ts';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import type { RecallSource } from '../store/server-records.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { createKeyedRunner, RunnerClosed } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const FIRST_VERSION = 1;
const PAGE_ROWS = 500;
/** 100,000 extras in one go; the next run continues. */
const MAX_PAGES = 200;
/** Runs that bring no rows: this many at once per channel, then one per interval, however many hints arrive. */
const BURST = 6;
const REFILL_MS = 500;
const CONCURRENCY = 4;
/** Read-backs of hinted messages per channel: one request in this time, for the hints collected meanwhile. */
const VERIFY_INTERVAL_MS = 5_000;
const MAX_HINTS_KEPT = 50;
const VERIFY_ROWS = 200;
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

const jobOf = (source: RecallSource, startedAt: number, hintedId: string | undefined): Pending => ({
  source,
  startedAt,
  hintedIds: new Set(hintedId === undefined ? [] : [hintedId]),
});

export function createExtraSync(context: SyncContext): ExtraSync {
  const { api, store, log } = context;
  const pending = new Map<string, Pending>();
  const lastVerify = new Map<string, number>();
  const runner = createKeyedRunner({ burst: BURST, refillMs: REFILL_MS, concurrency: CONCURRENCY, run });

  function renewGeneration(): void {
    store.state.set(GENERATION_STATE, randomUUID().slice(0, 8));
  }

  /** Unique per device and database, because real TSDD keeps a cursor per source (tsdd-api.md 5.2). */
  function sourceName(): string {
    if (store.state.get(GENERATION_STATE) === null) renewGeneration();
    return `${context.deviceId}:${store.state.get(GENERATION_STATE) ?? ''}`;
  }

  async function run(key: string): Promise<boolean> {
    const job = pending.get(key) ?? {
      source: 'extra',
      startedAt: performance.now(),
      hintedIds: new Set<string>(),
    };
    pending.delete(key);
    const channel = parseChannelKey(key);
    try {
      const mentioned = await readPages(channel, job);
      const silent = [...job.hintedIds].filter((id) => !mentioned.has(id));
      if (silent.length > 0) await verify(channel, silent, job);
      return mentioned.size > 0;
    } catch (error) {
      // The next run has to look after these as well.
      addPending(key, job);
      throw error;
    }
  }

  async function readPages(channel: ChannelRef, job: Pending): Promise<Set<string>> {
    const mentioned = new Set<string>();
    let cursor = Math.max(FIRST_VERSION, store.messages.extraVersion(channel));
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { extras, rowCount } = await api.extraSync(channel, cursor, sourceName(), PAGE_ROWS);
      for (const extra of extras) mentioned.add(extra.messageId);
      if (extras.length > 0) store.messages.applyExtras(channel, extras, job.source, job.startedAt);
      const highest = extras.reduce((max, extra) => Math.max(max, extra.version), cursor);
      const isLast = rowCount < PAGE_ROWS;
      // A full page may end between two rows of one version (TSDD's are wall-clock microseconds): ask for its last version again.
      const next = isLast || highest - 1 <= cursor ? highest : highest - 1;
      if (next > cursor) store.messages.setExtraVersion(channel, next);
      if (isLast) return mentioned;
      if (next <= cursor) {
        log('warn', 'message/extra/sync: a full page without a higher version; stopped');
        return mentioned;
      }
      cursor = next;
    }
    log('warn', `message/extra/sync: stopped after ${MAX_PAGES} pages; the next run continues`);
    return mentioned;
  }

  async function verify(channel: ChannelRef, ids: readonly string[], job: Pending): Promise<void> {
    const key = channelKey(channel);
    const doubtful = ids
      .map((id) => store.messages.byId(id))
      .filter((known) => known !== null)
      .filter((m) => m.messageSeq > 0 && channelKey(m.channel) === key && m.recall?.state !== 'done');
    if (doubtful.length === 0) return;
    const next = (lastVerify.get(key) ?? Number.NEGATIVE_INFINITY) + VERIFY_INTERVAL_MS;
    // Never longer, also when the clock was set back.
    const wait = Math.min(next - Date.now(), VERIFY_INTERVAL_MS);
    if (wait > 0) {
      // Not forgotten: whoever floods with forged hints must not hide a true one.
      addPending(key, { ...job, hintedIds: new Set(doubtful.map((m) => m.messageId ?? '')) });
      later(key, wait);
      return;
    }
    lastVerify.set(key, Date.now());
    const hinted = new Set(doubtful.map((m) => m.messageId));
    const toSeq = doubtful.reduce((max, m) => Math.max(max, m.messageSeq), 0);
    const lowest = doubtful.reduce((min, m) => Math.min(min, m.messageSeq), toSeq);
    const fromSeq = Math.max(lowest, toSeq - VERIFY_ROWS + 1);
    const { messages } = await api.history({ channel, mode: 'down', fromSeq, toSeq, limit: VERIFY_ROWS });
    const recalled = messages.filter((row) => hinted.has(row.messageId) && row.extra?.revoke === true);
    const below = doubtful.filter((m) => m.messageSeq < fromSeq);
    if (recalled.length === 0 && below.length > 0) {
      addPending(key, { ...job, hintedIds: new Set(below.map((m) => m.messageId ?? '')) });
      later(key, VERIFY_INTERVAL_MS);
    }
    if (recalled.length === 0) {
      log('info', `${hinted.size} announced recalls are not confirmed by the server; ignored`);
      return;
    }
    log('warn', 'message/extra/sync: versions went backwards; reading the channel again from the start');
    // The rows are the server's own word; the restart finds the others.
    store.messages.ingest(recalled, 'history');
    renewGeneration();
    store.messages.setExtraVersion(channel, FIRST_VERSION);
    await readPages(channel, { ...job, hintedIds: new Set() });
  }

  const timers = new Map<string, NodeJS.Timeout>();
  /** Announcements being followed, by channel; `again`: another came after the present run had started. */
  const following = new Map<string, { again: boolean }>();

  /** One more followed run of the channel after `ms`. */
  function later(key: string, ms: number): void {
    if (timers.has(key)) return;
    const timer = setTimeout(() => {
      timers.delete(key);
      follow(key);
    }, ms);
    timers.set(key, timer);
  }

  function follow(key: string): void {
    const entry = following.get(key);
    if (entry) {
      entry.again = true;
      return;
    }
    const fresh = { again: false };
    following.set(key, fresh);
    void untilAnswered(key, fresh).finally(() => {
      following.delete(key);
      // Between the last look at `again` and here.
      if (fresh.again) follow(key);
    });
  }

  async function untilAnswered(key: string, state: { again: boolean }): Promise<void> {
    let attempt = 0;
    do {
      state.again = false;
      try {
        await runner.request(key);
        attempt = 0;
      } catch (error) {
        if (error instanceof RunnerClosed) return;
        if (error instanceof CodedError && error.code === 'unauthorized') {
          context.onUnauthorized();
          return;
        }
        const delay = error instanceof CodedError && error.code === 'network' ? RETRY_MS[attempt] : undefined;
        const more = delay === undefined ? '' : `; again in ${delay / 1000} s`;
        log('info', `extra sync after an announcement: ${reasonOf(error)}${more}`);
        if (delay === undefined) {
          // Answered, though not usefully; or the next connection has to do.
          pending.delete(key);
          return;
        }
        attempt += 1;
        state.again = true;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(() => {
            pauses.delete(timer);
            resolve();
          }, delay);
          pauses.set(timer, resolve);
        });
      }
    } while (state.again);
  }
  const pauses = new Map<NodeJS.Timeout, () => void>();

  /** Adds to what the next run of the channel is for. */
  function addPending(key: string, more: Pending): void {
    const waiting = pending.get(key);
    if (!waiting) {
      pending.set(key, { ...more, hintedIds: new Set(more.hintedIds) });
      return;
    }
    // The most telling source and the first sign win: they are what the recall log reports.
    if (waiting.source === 'extra') {
      waiting.source = more.source;
      waiting.startedAt = more.startedAt;
    }
    for (const id of more.hintedIds) if (waiting.hintedIds.size < MAX_HINTS_KEPT) waiting.hintedIds.add(id);
  }

  return {
    request(channel, source, startedAt, hintedId) {
      const key = channelKey(channel);
      addPending(key, jobOf(source, startedAt, hintedId));
      return runner.request(key);
    },
    requestUntilAnswered(channel, source, startedAt, hintedId) {
      const key = channelKey(channel);
      addPending(key, jobOf(source, startedAt, hintedId));
      follow(key);
    },
    renewGeneration,
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      for (const [timer, resolve] of pauses) {
        clearTimeout(timer);
        resolve();
      }
      runner.close();
    },
  };
}
