/**
 * Uploads: the bytes of queued messages with an attachment, a few at a time, ahead of their turn to be sent (the store holds
 * a channel's sends back until the oldest has its `url`). Nothing is doubled: an upload is no message, and one that was
 * repeated after a crash has another random name that nobody was told.
 */
import { CodedError } from '../../../shared/ipc/result.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { UploadFailure } from '../../../shared/domain.ts';
import { TransferError } from '../api/file-calls.ts';
import { Stopped } from '../media/downloads.ts';
import type { SendJob } from '../store/store-api.ts';
import { backoffMs, type LaneContext } from './outbox-api.ts';

const MAX_UPLOADS = 3;

export class UploadLane {
  readonly #ctx: LaneContext;
  /** By job id. */
  readonly #running = new Map<number, Promise<void>>();
  /** Job id -> failed tries and the last one (local ms). Memory only: a restart may try at once. */
  readonly #failed = new Map<number, { tries: number; at: number }>();

  constructor(ctx: LaneContext) {
    this.#ctx = ctx;
  }

  get running(): Promise<void>[] {
    return [...this.#running.values()];
  }

  /** Starts what may start. `eager`: the connection is back, or the user asked; failures of just now still wait. */
  pump(eager: boolean): void {
    const { mayRequest, isOnline, store, timings, wakeIn } = this.#ctx;
    if (!mayRequest() || !isOnline()) return;
    for (const job of store.pendingUploads()) {
      if (this.#running.size >= MAX_UPLOADS) return;
      if (this.#running.has(job.id) || job.recallOnAck) continue;
      const failed = this.#failed.get(job.id);
      const pause = failed ? (eager ? timings.kickGapMs : backoffMs(failed.tries, timings)) : 0;
      const wait = failed ? failed.at + pause - Date.now() : 0;
      if (wait > 0) wakeIn(wait);
      else this.#running.set(job.id, this.#run(job));
    }
  }

  async #run(job: SendJob): Promise<void> {
    // The map has to hold this run before it can end.
    await Promise.resolve();
    const { isOpen, log, store, wakeIn, attachments } = this.#ctx;
    try {
      const url = await attachments.upload(job);
      this.#failed.delete(job.id);
      if (isOpen()) store.setUploaded(job.id, url);
    } catch (error) {
      try {
        if (isOpen()) this.#notUploaded(job, error);
      } catch (storing) {
        log('error', `upload ${job.id}: ${reasonOf(storing)}`);
      }
    } finally {
      this.#running.delete(job.id);
    }
    wakeIn(0);
  }

  #notUploaded(job: SendJob, error: unknown): void {
    const { log, unauthorized } = this.#ctx;
    if (error instanceof Stopped) {
      // The job of a message that is gone is gone as well; at the end of the program it stays as it is.
      if (error.why === 'user') this.#fail(job, 'cancelled', null);
      return;
    }
    if (error instanceof TransferError && error.reason !== 'network') {
      log('warn', `upload ${job.id}: ${error.reason}`);
      this.#fail(job, error.reason, error.message);
      return;
    }
    if (error instanceof CodedError && error.code === 'unauthorized') unauthorized();
    const tries = (this.#failed.get(job.id)?.tries ?? 0) + 1;
    this.#failed.set(job.id, { tries, at: Date.now() });
    log('info', `upload ${job.id}: ${error instanceof CodedError ? error.code : 'failed'}, tried again`);
  }

  #fail(job: SendJob, reason: UploadFailure, detail: string | null): void {
    this.#failed.delete(job.id);
    this.#ctx.store.updateSend(job.id, { state: 'failed', reason, detail });
  }
}
