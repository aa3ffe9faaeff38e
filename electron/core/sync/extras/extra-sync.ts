/**
 * The incremental sync of message extras (recalls, edits, read counts) by version: the truth about recalls
 * (wukongim.md E.4, tsdd-api.md 5.2). One run per channel at a time, starting at version 1, pages of 500; the cursor
 * moves only after the rows are committed.
 *
 * A hint (CMD, 1006) asks for a run; only the rows of the answer are applied. When the answer is silent about hinted
 * messages this account has, they are read back: if the server shows one as recalled, its versions went backwards
 * (restored from a backup, another node's clock) and the channel is read again from version 1 under a new source. If
 * not, the hint was forged and nothing happens.
 */
import { randomUUID } from 'node:crypto';
import { channelKey, type ChannelRef, type MessageView, parseChannelKey } from '../../../../shared/domain.ts';
import type { RecallSource } from '../../store/server-records.ts';
import { KeyedRunner } from '../keyed-runner.ts';
import type { SyncContext } from '../sync-context.ts';
import { AnnouncedRuns } from './announced-runs.ts';
import { type ExtraJob, ExtraJobs } from './extra-jobs.ts';

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
const VERIFY_ROWS = 200;
const GENERATION_STATE = 'extraGeneration';

export class ExtraSync {
  readonly #context: SyncContext;
  readonly #answered: (key: string, startedAt: number) => void;
  readonly #jobs = new ExtraJobs();
  readonly #lastVerify = new Map<string, number>();
  readonly #runner: KeyedRunner;
  readonly #announced: AnnouncedRuns;

  /** `answered`: a run of this channel that began at `startedAt` (performance.now()) was answered. */
  constructor(context: SyncContext, answered: (key: string, startedAt: number) => void = () => undefined) {
    this.#context = context;
    this.#answered = answered;
    this.#runner = new KeyedRunner({
      burst: BURST,
      refillMs: REFILL_MS,
      concurrency: CONCURRENCY,
      run: (key) => this.#run(key),
    });
    this.#announced = new AnnouncedRuns(context, {
      run: (key) => this.#runner.request(key),
      drop: (key) => this.#jobs.drop(key),
    });
  }

  /**
   * Asks for a run. `startedAt`: performance.now() of the first sign. Rejects when the server was not reached; the
   * caller logs, the next connection asks again.
   */
  request(channel: ChannelRef, source: RecallSource, startedAt: number, hintedId?: string): Promise<void> {
    const key = this.#add(channel, source, startedAt, hintedId);
    return this.#runner.request(key);
  }

  /**
   * As `request`, for announcements: they come once, so a run that failed for want of a network is repeated with
   * back-off. The next connection reads all extras anyway.
   */
  requestUntilAnswered(
    channel: ChannelRef,
    source: RecallSource,
    startedAt: number,
    hintedId?: string,
  ): void {
    this.#announced.follow(this.#add(channel, source, startedAt, hintedId));
  }

  /** The local database is new: the server must forget what it believes we have. */
  renewGeneration(): void {
    this.#context.store.state.set(GENERATION_STATE, randomUUID().slice(0, 8));
  }

  close(): void {
    this.#announced.close();
    this.#runner.close();
  }

  #add(channel: ChannelRef, source: RecallSource, startedAt: number, hintedId: string | undefined): string {
    const key = channelKey(channel);
    this.#jobs.add(key, source, startedAt, hintedId === undefined ? [] : [hintedId]);
    return key;
  }

  /** Unique per device and database, because real TSDD keeps a cursor per source (tsdd-api.md 5.2). */
  #sourceName(): string {
    const { deviceId, store } = this.#context;
    if (store.state.get(GENERATION_STATE) === null) this.renewGeneration();
    return `${deviceId}:${store.state.get(GENERATION_STATE) ?? ''}`;
  }

  async #run(key: string): Promise<boolean> {
    const job = this.#jobs.take(key);
    const channel = parseChannelKey(key);
    const startedAt = performance.now();
    try {
      const mentioned = await this.#readPages(channel, job);
      this.#answered(key, startedAt);
      const silent = [...job.hintedIds].filter((id) => !mentioned.has(id));
      if (silent.length > 0) await this.#verify(channel, silent, job);
      return mentioned.size > 0;
    } catch (error) {
      // The next run has to look after these as well.
      this.#jobs.add(key, job.source, job.startedAt, job.hintedIds);
      throw error;
    }
  }

  async #readPages(channel: ChannelRef, job: ExtraJob): Promise<Set<string>> {
    const { api, log, store } = this.#context;
    const mentioned = new Set<string>();
    let cursor = Math.max(FIRST_VERSION, store.messages.extraVersion(channel));
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { extras, rowCount } = await api.extraSync(channel, cursor, this.#sourceName(), PAGE_ROWS);
      for (const extra of extras) mentioned.add(extra.messageId);
      if (extras.length > 0) store.messages.applyExtras(channel, extras, job.source, job.startedAt);
      const highest = extras.reduce((max, extra) => Math.max(max, extra.version), cursor);
      const isLast = rowCount < PAGE_ROWS;
      // A full page may end between two rows of one version (TSDD's are wall-clock microseconds): ask for its last
      // version again.
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

  /** Reads the announced messages back that the answer was silent about. */
  async #verify(channel: ChannelRef, ids: readonly string[], job: ExtraJob): Promise<void> {
    const { api, log, store } = this.#context;
    const key = channelKey(channel);
    const doubtful = ids
      .map((id) => store.messages.byId(id))
      .filter((known) => known !== null)
      .filter((m) => m.messageSeq > 0 && channelKey(m.channel) === key && m.recall?.state !== 'done');
    if (doubtful.length === 0) return;
    const next = (this.#lastVerify.get(key) ?? Number.NEGATIVE_INFINITY) + VERIFY_INTERVAL_MS;
    // Never longer, also when the clock was set back.
    const wait = Math.min(next - Date.now(), VERIFY_INTERVAL_MS);
    if (wait > 0) {
      // Not forgotten: whoever floods with forged hints must not hide a true one.
      this.#announceAgain(key, job, doubtful, wait);
      return;
    }
    this.#lastVerify.set(key, Date.now());
    const hinted = new Set(doubtful.map((m) => m.messageId));
    const toSeq = doubtful.reduce((max, m) => Math.max(max, m.messageSeq), 0);
    const lowest = doubtful.reduce((min, m) => Math.min(min, m.messageSeq), toSeq);
    const fromSeq = Math.max(lowest, toSeq - VERIFY_ROWS + 1);
    const { messages } = await api.history({ channel, mode: 'down', fromSeq, toSeq, limit: VERIFY_ROWS });
    const recalled = messages.filter((row) => hinted.has(row.messageId) && row.extra?.revoke === true);
    const below = doubtful.filter((m) => m.messageSeq < fromSeq);
    if (recalled.length === 0 && below.length > 0) {
      this.#announceAgain(key, job, below, VERIFY_INTERVAL_MS);
    }
    if (recalled.length === 0) {
      log('info', `${hinted.size} announced recalls are not confirmed by the server; ignored`);
      return;
    }
    log('warn', 'message/extra/sync: versions went backwards; reading the channel again from the start');
    // The rows are the server's own word; the restart finds the others.
    store.messages.ingest(recalled, 'history');
    this.renewGeneration();
    store.messages.setExtraVersion(channel, FIRST_VERSION);
    await this.#readPages(channel, { ...job, hintedIds: new Set() });
  }

  #announceAgain(key: string, job: ExtraJob, messages: readonly MessageView[], ms: number): void {
    const ids = messages.map(({ messageId }) => messageId ?? '');
    this.#jobs.add(key, job.source, job.startedAt, ids);
    this.#announced.followLater(key, ms);
  }
}
