/** Own recalls: durable, asked until the server has answered; a few requests at a time, in no particular order. */
import { CodedError } from '../../../shared/ipc/result.ts';
import { errorName, reasonOf } from '../../../shared/errors.ts';
import { NoAnswerError } from '../api/http.ts';
import type { RecallJob } from '../store/store-api.ts';
import { backoffMs, type LaneContext, type RecallAnswer } from './outbox-api.ts';

export class RecallLane {
  readonly #ctx: LaneContext;
  readonly #inFlight = new Map<number, Promise<void>>();
  /** First try of each job in this session, performance.now(), for the recall log. */
  readonly #startedAt = new Map<number, number>();
  readonly #failedAt = new Map<number, number>();
  readonly #unexpected = new Map<number, number>();
  /** Answers with status 500 in a row. */
  readonly #serverFailures = new Map<number, number>();

  constructor(ctx: LaneContext) {
    this.#ctx = ctx;
  }

  get running(): Promise<void>[] {
    return [...this.#inFlight.values()];
  }

  /** `eager`: also what waits for its back-off, unless it has just failed. */
  pump(eager: boolean): void {
    const { mayRequest, store, timings, wakeIn } = this.#ctx;
    if (!mayRequest()) return;
    const now = Date.now();
    for (const job of store.recallJobs()) {
      if (this.#inFlight.size >= timings.maxRequests) return;
      if (this.#inFlight.has(job.id)) continue;
      const due = eager
        ? Math.min(job.nextTryAtMs, (this.#failedAt.get(job.id) ?? 0) + timings.kickGapMs)
        : job.nextTryAtMs;
      // A clock that was set back must not hold a recall up for ever.
      const wait = Math.min(due - now, timings.backoffMaxMs);
      if (wait > 0) wakeIn(wait);
      else this.#inFlight.set(job.id, this.#run(job));
    }
  }

  async #run(job: RecallJob): Promise<void> {
    await Promise.resolve();
    const { isOpen, log, timings, wakeIn } = this.#ctx;
    try {
      await this.#ask(job);
    } catch (error) {
      log('error', `recall ${job.id}: ${reasonOf(error)}`);
      this.#failedAt.set(job.id, Date.now());
      if (isOpen()) wakeIn(timings.backoffFirstMs);
    } finally {
      this.#inFlight.delete(job.id);
    }
    try {
      this.pump(false);
    } catch {
      // The store cannot be read now: the next wake-up tries again.
      wakeIn(timings.backoffFirstMs);
    }
  }

  async #ask(job: RecallJob): Promise<void> {
    const { api, isOnline, isOpen, store } = this.#ctx;
    const { channel, clientMsgNo, id, messageId } = job;
    const startedAt = this.#startedAt.get(id) ?? performance.now();
    this.#startedAt.set(id, startedAt);
    // While offline it stays "queued", which the user may still cancel.
    if (job.state === 'queued' && isOnline()) store.updateRecall(id, { state: 'pending' });
    let answer: RecallAnswer;
    try {
      answer = await api.revoke({ channel, messageId, clientMsgNo });
    } catch (error) {
      if (!isOpen()) return;
      if (await this.#failedForGood(job, error, startedAt)) return;
      if (isOpen()) this.#notAnswered(job, error);
      return;
    }
    if (!isOpen()) return;
    if (answer.ok) {
      // Even when the job was cancelled meanwhile: the server has recalled it.
      const { extraSync, log, me } = this.#ctx;
      const recall = { channel, messageId, clientMsgNo: clientMsgNo || null, revoker: me.uid };
      store.applyRecall({ ...recall, version: 0, source: 'own', startedAt });
      if (answer.verify) {
        extraSync
          .request(channel, 'own', startedAt)
          .catch((error: unknown) => log('info', `extras after a recall: ${errorName(error)}`));
      }
    } else {
      this.#deny(job, answer.reason, answer.detail);
    }
    this.#forget(id);
  }

  /**
   * TSDD answers some recalls with 500 however often they are asked for (a plain member's of a message whose author left,
   * wukongim.md E.1). After a few in a row from a server that otherwise works, and a look whether it is recalled after
   * all, that is a refusal. 502, 503 and 504 come from a proxy and say nothing.
   */
  async #failedForGood(job: RecallJob, error: unknown, startedAt: number): Promise<boolean> {
    const { extraSync, isOpen, log, timings } = this.#ctx;
    const failed = error instanceof NoAnswerError && error.status === 500;
    const count = failed ? (this.#serverFailures.get(job.id) ?? 0) + 1 : 0;
    this.#serverFailures.set(job.id, count);
    if (count < timings.maxServerFailures) return false;
    try {
      await extraSync.request(job.channel, 'own', startedAt, job.messageId);
    } catch (failure) {
      log('info', `extras before giving up recall ${job.id}: ${errorName(failure)}`);
      return false;
    }
    if (isOpen()) {
      log('warn', `recall ${job.id} given up: the server failed ${count} times and does not show it`);
      // Without effect when the extras have just brought the recall.
      this.#deny(job, 'rejected', error instanceof Error ? error.message : null);
      this.#forget(job.id);
    }
    return true;
  }

  #notAnswered(job: RecallJob, error: unknown): void {
    const { log, store, timings, unauthorized, wakeIn } = this.#ctx;
    const code = error instanceof CodedError ? error.code : 'internal';
    log('warn', `recall ${job.id} not answered: ${code}`);
    if (code !== 'network' && code !== 'unauthorized') {
      const count = (this.#unexpected.get(job.id) ?? 0) + 1;
      this.#unexpected.set(job.id, count);
      if (count >= timings.maxUnexpected) {
        this.#deny(job, 'rejected', error instanceof CodedError ? error.message : null);
        this.#forget(job.id);
        return;
      }
    }
    const attempts = job.attempts + 1;
    const wait = backoffMs(attempts, timings);
    this.#failedAt.set(job.id, Date.now());
    store.updateRecall(job.id, { state: 'queued', attempts, nextTryAtMs: Date.now() + wait });
    if (code === 'unauthorized') unauthorized();
    else wakeIn(wait);
  }

  #deny(
    job: RecallJob,
    reason: Parameters<LaneContext['store']['denyRecall']>[1],
    detail: string | null,
  ): void {
    const { serverNowMs, store } = this.#ctx;
    // Cancelled or already settled by a sync: nothing to take back.
    if (store.recallJob(job.channel, job.messageKey)?.id !== job.id) return;
    store.denyRecall(job.id, reason, detail, serverNowMs());
  }

  #forget(id: number): void {
    this.#startedAt.delete(id);
    this.#failedAt.delete(id);
    this.#unexpected.delete(id);
    this.#serverFailures.delete(id);
  }
}
