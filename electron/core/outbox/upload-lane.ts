/**
 * Uploads: the bytes of queued messages with an attachment, a few at a time, ahead of their turn to be sent (the store
 * holds a channel's sends back until the oldest has its `url`). Nothing is doubled: an upload is no message, and one
 * that was repeated after a crash has another random name, which is in no message.
 */
import { CodedError } from '../../../shared/ipc/result.ts';
import type { UploadFailure } from '../../../shared/send-failures.ts';
import { TransferError } from '../api/file-transfer.ts';
import { Stopped } from '../media/stopped.ts';
import type { SendJob } from '../store/jobs.ts';
import { Lane, type Waiting } from './lane.ts';

export class UploadLane extends Lane<SendJob> {
  protected readonly mostAtOnce = 3;

  protected get mayStart(): boolean {
    return this.pump.mayRequest && this.pump.isOnline;
  }

  protected *waiting(): Iterable<Waiting<SendJob>> {
    for (const job of this.options.store.outbox.pendingUploads())
      if (!job.recallOnAck) yield { job, key: job.id };
  }

  protected nameOf(job: SendJob): string {
    return `upload ${job.id}`;
  }

  protected async run(job: SendJob): Promise<void> {
    const { attachments, store } = this.options;
    try {
      const url = await attachments.upload(job, (cover) => {
        if (this.pump.isOpen) store.outbox.setUploaded(job.id, cover, 'cover');
      });
      this.forget(job);
      if (this.pump.isOpen) store.outbox.setUploaded(job.id, url);
    } catch (error) {
      if (this.pump.isOpen) this.#notUploaded(job, error);
    } finally {
      // The sends of the channel wait for this.
      this.pump.wakeIn(0);
    }
  }

  #notUploaded(job: SendJob, error: unknown): void {
    const { log } = this.options;
    if (error instanceof Stopped) {
      // The job of a message that is gone is gone as well; at the end of the program it stays as it is.
      if (error.why === 'user') this.#fail(job, 'cancelled', null);
      return;
    }
    if (error instanceof TransferError && error.reason !== 'network') {
      log('warn', `${this.nameOf(job)}: ${error.reason}`);
      this.#fail(job, error.reason, error.message);
      return;
    }
    if (error instanceof CodedError && error.code === 'unauthorized') this.pump.unauthorized();
    this.backOff(job, this.failuresOf(job) + 1, error);
    log('info', `${this.nameOf(job)}: ${error instanceof CodedError ? error.code : 'failed'}, tried again`);
  }

  #fail(job: SendJob, reason: UploadFailure, detail: string | null): void {
    this.forget(job);
    this.options.store.outbox.updateSend(job.id, { state: 'failed', reason, detail });
  }
}
