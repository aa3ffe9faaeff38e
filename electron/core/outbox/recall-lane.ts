/** Own recalls: durable, asked until the server has answered; a few requests at a time, in no particular order. */
import { CodedError } from '../../../shared/ipc/result.ts';
import { errorName } from '../../../shared/errors.ts';
import { NoAnswerError } from '../api/http.ts';
import type { RecallJob } from '../store/jobs.ts';
import { Lane, type Waiting } from './lane.ts';
import type { OutboxStore, RecallAnswer } from './outbox-api.ts';

/** The refusal is not held back longer by a server that does not tell its rules. */
const RULES_WAIT_MS = 3_000;

export class RecallLane extends Lane<RecallJob> {
  /** First try of each job in this session, performance.now(), for the recall log. */
  readonly #startedAt = new Map<number, number>();
  /** Answers with status 500 in a row. */
  readonly #serverFailures = new Map<number, number>();

  protected get mostAtOnce(): number {
    return this.pump.timings.maxRequests;
  }

  protected get mayStart(): boolean {
    return this.pump.mayRequest;
  }

  protected *waiting(): Iterable<Waiting<RecallJob>> {
    for (const job of this.options.store.outbox.recallJobs())
      yield { job, key: job.id, notBeforeMs: job.nextTryAtMs };
  }

  protected nameOf(job: RecallJob): string {
    return `recall ${job.id}`;
  }

  protected async run(job: RecallJob): Promise<void> {
    const { api, store } = this.options;
    const { channel, clientMsgNo, id, messageId } = job;
    const startedAt = this.#startedAt.get(id) ?? performance.now();
    this.#startedAt.set(id, startedAt);
    // While offline it stays "queued", which the user may still cancel.
    if (job.state === 'queued' && this.pump.isOnline) store.outbox.updateRecall(id, { state: 'pending' });
    let answer: RecallAnswer;
    try {
      answer = await api.revoke({ channel, messageId, clientMsgNo });
    } catch (error) {
      if (!this.pump.isOpen) return;
      if (await this.#failedForGood(job, error, startedAt)) return;
      if (this.pump.isOpen) this.#notAnswered(job, error);
      return;
    }
    if (!this.pump.isOpen) return;
    if (answer.ok) {
      // Even when the job was cancelled meanwhile: the server has recalled it.
      const { extraSync, log, me } = this.options;
      const recall = { channel, messageId, clientMsgNo: clientMsgNo || null, revoker: me.uid };
      store.messages.applyRecall({ ...recall, version: 0, source: 'own', startedAt });
      // A merged forward may have waited for it, and goes without it.
      this.pump.wakeIn(0);
      if (answer.verify) {
        extraSync
          .request(channel, 'own', startedAt)
          .catch((error: unknown) => log('info', `extras after a recall: ${errorName(error)}`));
      }
    } else if (answer.doubtful && this.isWorthAsking(job, 'doubtful', true)) {
      this.options.log('info', `${this.nameOf(job)} is asked for again: ${answer.reason}`);
      const again = this.askAgain(job, null);
      store.outbox.updateRecall(id, { state: 'queued', waitsForServer: true, ...again });
      return;
    } else {
      await this.#readRules();
      if (!this.pump.isOpen) return;
      this.#deny(job, answer.reason, answer.detail);
    }
    this.forget(job);
  }

  /** Before the refusal is shown, so that its text and the menu go by the rules as they are now. */
  async #readRules(): Promise<void> {
    const { log, readRules } = this.options;
    if (!readRules) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, RULES_WAIT_MS);
    const read = readRules().catch((error: unknown) =>
      log('info', `rules after a refusal: ${errorName(error)}`),
    );
    await Promise.race([read, late]);
    clearTimeout(timer);
  }

  /**
   * TSDD answers some recalls with 500 however often they are asked for (a plain member's of a message whose author
   * left, wukongim.md E.1). After a few in a row from a server that otherwise works, and a look whether it is recalled
   * after all, that is a refusal. 502, 503 and 504 come from a proxy and say nothing.
   */
  async #failedForGood(job: RecallJob, error: unknown, startedAt: number): Promise<boolean> {
    const { extraSync, log } = this.options;
    const failed = error instanceof NoAnswerError && error.status === 500;
    const count = failed ? (this.#serverFailures.get(job.id) ?? 0) + 1 : 0;
    this.#serverFailures.set(job.id, count);
    if (count < this.pump.timings.maxServerFailures) return false;
    try {
      await extraSync.request(job.channel, 'own', startedAt, job.messageId);
    } catch (failure) {
      log('info', `extras before giving up recall ${job.id}: ${errorName(failure)}`);
      return false;
    }
    if (this.pump.isOpen) {
      log('warn', `recall ${job.id} given up: the server failed ${count} times and does not show it`);
      // Without effect when the extras have just brought the recall.
      this.#deny(job, 'rejected', error instanceof Error ? error.message : null);
      this.forget(job);
    }
    return true;
  }

  #notAnswered(job: RecallJob, error: unknown): void {
    const { log, store } = this.options;
    const code = error instanceof CodedError ? error.code : 'internal';
    log('warn', `recall ${job.id} not answered: ${code}`);
    if (!this.isWorthAsking(job, code, true)) {
      this.#deny(job, 'rejected', error instanceof CodedError ? error.message : null);
      this.forget(job);
      return;
    }
    const waitsForServer = code === 'network' && this.#isServers(error);
    store.outbox.updateRecall(job.id, { state: 'queued', waitsForServer, ...this.askAgain(job, error) });
    if (code === 'unauthorized') this.pump.unauthorized();
  }

  /** Not the network's fault: something answered, or the connection to the server stands all the while. */
  #isServers(error: unknown): boolean {
    if (!(error instanceof NoAnswerError)) return error instanceof CodedError && this.pump.isOnline;
    return error.status !== null || (error.reached && this.pump.isOnline);
  }

  #deny(
    job: RecallJob,
    reason: Parameters<OutboxStore['outbox']['denyRecall']>[1],
    detail: string | null,
  ): void {
    const { serverNowMs, store } = this.options;
    // Cancelled or already settled by a sync: nothing to take back.
    if (store.outbox.recallJob(job.channel, job.messageKey)?.id !== job.id) return;
    store.outbox.denyRecall(job.id, reason, detail, serverNowMs());
    // An edit of it, a reaction to it, its pin or a forward of it may have waited for the outcome.
    this.pump.wakeIn(0);
  }

  protected override forget(job: RecallJob): void {
    super.forget(job);
    this.#startedAt.delete(job.id);
    this.#serverFailures.delete(job.id);
  }
}
