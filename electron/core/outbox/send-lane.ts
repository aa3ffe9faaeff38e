/**
 * Sends: one SEND in flight per channel (real servers reorder pipelined ones, wukongim.md fact 12), a few in all.
 *
 * Nothing is lost: the job is on disk before it is tried and leaves it only with the server's answer. Nothing is
 * doubled: the disk knows that the SEND may have been written before it is (`startSend`), and whoever finds a queued job
 * with attempts does not know whether the server has it; a real WuKongIM stores a second SEND with the same client_msg_no
 * again, so the channel's history is asked first.
 */
import { channelKey, messageKey } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { ConnectionLost, MessageTooLong, type SendOutcome } from '../connection/connection-api.ts';
import type { SendJob } from '../store/store-api.ts';
import { backoffMs, type LaneContext } from './outbox-api.ts';
import { sendFailureOf } from './send-failure.ts';

/** A message whose SEND was written. */
interface Sent {
  job: SendJob;
  answer: Promise<SendOutcome>;
}

export class SendLane {
  readonly #ctx: LaneContext;
  /** By channel key. */
  readonly #inFlight = new Map<string, Promise<void>>();
  /** Job id -> earliest next try (performance.now(): no clock can be set back on it). Memory only: a restart may try at once. */
  readonly #notBefore = new Map<number, number>();
  /** Jobs whose result could not be written: they may still say "sending". */
  readonly #stuck = new Set<number>();
  /** A channel waits until another has sent something. */
  #crowded = false;

  constructor(ctx: LaneContext) {
    this.#ctx = ctx;
  }

  get running(): Promise<void>[] {
    return [...this.#inFlight.values()];
  }

  /** Starts what may start. */
  pump(): void {
    const { maySend, store, timings, wakeIn } = this.#ctx;
    if (!maySend()) return;
    for (const id of this.#stuck) {
      store.updateSend(id, { state: 'queued' });
      this.#stuck.delete(id);
    }
    this.#crowded = false;
    for (const job of store.nextSends()) {
      const key = channelKey(job.channel);
      if (this.#inFlight.has(key)) continue;
      if (this.#inFlight.size >= timings.maxSends) {
        this.#crowded = true;
        return;
      }
      const wait = job.attempts === 0 ? 0 : (this.#notBefore.get(job.id) ?? 0) - performance.now();
      if (wait > 0) {
        wakeIn(wait);
        continue;
      }
      this.#inFlight.set(key, this.#run(key, job));
    }
  }

  async #run(key: string, job: SendJob): Promise<void> {
    // The map has to hold this run before it can end.
    await Promise.resolve();
    try {
      await this.#deliver(job);
    } catch (error) {
      this.#failed(job, error);
    } finally {
      this.#inFlight.delete(key);
    }
    this.#next();
  }

  /** The store failed (disk full …): the job is where it was, and the history will tell what became of it. */
  #failed(job: SendJob, error: unknown): void {
    const { isOpen, log, timings, wakeIn } = this.#ctx;
    log('error', `send ${job.id}: ${error instanceof Error ? error.message : String(error)}`);
    if (!isOpen()) return;
    this.#stuck.add(job.id);
    this.#notBefore.set(job.id, performance.now() + timings.backoffFirstMs);
    wakeIn(timings.backoffFirstMs);
  }

  #next(): void {
    try {
      this.pump();
    } catch {
      // The store cannot be read now: the next wake-up tries again.
      this.#ctx.wakeIn(this.#ctx.timings.backoffFirstMs);
    }
  }

  async #deliver(job: SendJob): Promise<void> {
    const { isOpen, maySend, store } = this.#ctx;
    if (job.attempts > 0) {
      const found = await this.#find(job);
      if (!isOpen() || found === 'unknown') return;
      if (found) return this.#acknowledged(job, found);
    }
    const fresh = this.#reread(job);
    if (fresh?.state !== 'queued') return;
    if (fresh.recallOnAck) {
      // Cancelled, and the server does not have it: it never leaves.
      store.removeSend(fresh.id);
      return;
    }
    if (!maySend()) return;
    store.startSend(fresh.id);
    // The store has left the disk meanwhile: the mark is only in memory.
    if (!maySend()) return;
    let next: Sent | null = { job: fresh, answer: this.#write(fresh) };
    while (next) next = await this.#settle(next);
  }

  #write({ channel, clientMsgNo, payload, setting }: SendJob): Promise<SendOutcome> {
    return this.#ctx.connection.send({ channel, clientMsgNo, payload, setting: setting ?? 0 });
  }

  /** Stores the answer of a message; before that, so that the server need not wait, sends the channel's next. */
  async #settle({ job, answer }: Sent): Promise<Sent | null> {
    const { isOpen } = this.#ctx;
    let next: Sent | null = null;
    try {
      let outcome: SendOutcome;
      try {
        outcome = await answer;
      } catch (error) {
        if (isOpen()) this.#notSent(job, error);
        return null;
      }
      if (!isOpen()) return null;
      if (outcome.reasonCode === ReasonCode.success) {
        next = this.#sendNext(job);
        this.#acknowledged(job, outcome);
      } else this.#refused(job, sendFailureOf(outcome.reasonCode, job.channel), null);
    } catch (error) {
      this.#failed(job, error);
    }
    return next;
  }

  #sendNext(after: SendJob): Sent | null {
    const { maySend, store } = this.#ctx;
    if (this.#crowded || !maySend()) return null;
    const job = store.startNextSend(after);
    return job && maySend() ? { job, answer: this.#write(job) } : null;
  }

  #acknowledged(job: SendJob, answer: { messageId: string; messageSeq: number }): void {
    this.#notBefore.delete(job.id);
    const { store, wakeIn } = this.#ctx;
    const key = store.acknowledge(job, answer.messageId, answer.messageSeq);
    // null when a sync has found the message in the history meanwhile. The store adds the recall job of recallOnAck.
    if (key !== null && store.recallJob(job.channel, key)) wakeIn(0);
  }

  #refused(job: SendJob, reason: string, detail: string | null): void {
    const { log, store } = this.#ctx;
    log('warn', `send ${job.id} refused: ${reason}`);
    this.#notBefore.delete(job.id);
    const fresh = this.#reread(job);
    if (!fresh) return;
    if (fresh.recallOnAck) store.removeSend(fresh.id);
    else store.updateSend(fresh.id, { state: 'failed', reason, detail });
  }

  #notSent(job: SendJob, error: unknown): void {
    const { store, timings, log, wakeIn } = this.#ctx;
    if (error instanceof MessageTooLong) {
      this.#refused(job, 'tooLong', null);
      return;
    }
    if (!(error instanceof ConnectionLost)) {
      // Nothing was written: the message itself cannot be encoded.
      log('error', `send ${job.id}: ${error instanceof Error ? error.name : 'unknown error'}`);
      this.#refused(job, 'rejected', null);
      return;
    }
    // A message that costs the connection again and again must not do so all the time.
    const attempts = job.attempts + 1;
    const wait = attempts < 2 ? timings.settleMs : backoffMs(attempts - 1, timings);
    this.#notBefore.set(job.id, performance.now() + wait);
    store.updateSend(job.id, { state: 'queued' });
    if (wait > 0) wakeIn(wait);
  }

  /** The message in the channel's history; null = not there; 'unknown' = not now, the job waits. */
  async #find(job: SendJob): Promise<{ messageId: string; messageSeq: number } | null | 'unknown'> {
    const { api, log, me, timings, unauthorized, wakeIn } = this.#ctx;
    try {
      return await api.findByClientMsgNo(job.channel, job.clientMsgNo, me.uid, job.timestamp);
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'internal';
      if (code === 'refused' || code === 'notCompatible' || code === 'notFound') {
        // No access to the history (removed from the group …): the SEND will be answered with the reason.
        log('warn', `send ${job.id}: history not readable (${code}), sent again unchecked`);
        return null;
      }
      if (code === 'unauthorized') unauthorized();
      const wait = backoffMs(job.attempts, timings);
      this.#notBefore.set(job.id, performance.now() + wait);
      wakeIn(wait);
      return 'unknown';
    }
  }

  #reread(job: SendJob): SendJob | null {
    const { me, store } = this.#ctx;
    const key = messageKey({ fromUid: me.uid, clientMsgNo: job.clientMsgNo, messageId: null });
    const fresh = store.sendJob(job.channel, key);
    return fresh?.id === job.id ? fresh : null;
  }
}
