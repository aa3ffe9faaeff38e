/**
 * Sends: one SEND in flight per channel (real servers reorder pipelined ones, wukongim.md fact 12), a few in all.
 *
 * Nothing is lost: the job is on disk before it is tried and leaves it only with the server's answer. Nothing is
 * doubled: the disk knows that the SEND may have been written before it is (`startSend`), and whoever finds a queued job
 * with attempts does not know whether the server has it; a real WuKongIM stores a second SEND with the same client_msg_no
 * again, so the channel's history is asked first.
 */
import { channelKey, messageKey } from '../../../shared/domain.ts';
import { errorName, reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { ConnectionLost, MessageTooLong, type SendOutcome } from '../connection/connection-api.ts';
import type { SendAnswer, SendJob } from '../store/store-api.ts';
import { backoffMs, type LaneContext } from './outbox-api.ts';
import { sendFailureOf } from './send-failure.ts';

/** A message whose SEND was written. */
interface Sent {
  job: SendJob;
  answer: Promise<SendOutcome>;
}

/** SENDACKs are stored right after a SEND, when so many wait or the oldest has waited so long … */
const MAX_ANSWERS = 16;
const ANSWER_AGE_MS = 8;
/** … and whatever the server does after this. */
const ANSWER_WAIT_MS = 24;

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
  /** SENDACKs that are not stored yet: their channels have sent the next message. */
  #answers: SendAnswer[] = [];
  #oldestAnswerAt = 0;
  #answerTimer: NodeJS.Timeout | undefined;

  constructor(ctx: LaneContext) {
    this.#ctx = ctx;
  }

  get running(): Promise<void>[] {
    return [...this.#inFlight.values()];
  }

  /** Starts what may start. */
  pump(): void {
    const { maySend, store } = this.#ctx;
    if (!maySend()) return;
    for (const id of this.#stuck) {
      store.updateSend(id, { state: 'queued' });
      this.#stuck.delete(id);
    }
    this.#crowded = false;
    const due = this.#due();
    // One wait for the disk for all of them.
    store.markSends(due.filter((job) => job.attempts === 0).map((job) => job.id));
    for (const job of due) {
      const key = channelKey(job.channel);
      this.#inFlight.set(key, this.#run(key, job));
    }
  }

  /** What may be sent now, one of each channel. */
  #due(): SendJob[] {
    const { store, timings, wakeIn } = this.#ctx;
    const due: SendJob[] = [];
    for (const job of store.nextSends()) {
      const key = channelKey(job.channel);
      if (this.#inFlight.has(key)) continue;
      if (this.#inFlight.size + due.length >= timings.maxSends) {
        this.#crowded = true;
        return due;
      }
      const wait = job.attempts === 0 ? 0 : (this.#notBefore.get(job.id) ?? 0) - performance.now();
      if (wait > 0) {
        wakeIn(wait);
        continue;
      }
      due.push(job);
    }
    return due;
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

  /** Stores the answers that wait, in one transaction. */
  flush(): void {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = undefined;
    const answers = this.#answers;
    this.#answers = [];
    if (answers.length === 0 || !this.#ctx.isOpen()) return;
    try {
      const keys = this.#ctx.store.acknowledgeAll(answers);
      for (const [index, { job }] of answers.entries()) this.#stored(job, keys[index] ?? null);
    } catch {
      // One that cannot be stored takes no other with it.
      for (const { job, messageId, messageSeq } of answers) {
        try {
          this.#acknowledged(job, { messageId, messageSeq });
        } catch (error) {
          this.#failed(job, error);
        }
      }
    }
  }

  /** The store failed (disk full …): the job is where it was, and the history will tell what became of it. */
  #failed(job: SendJob, error: unknown): void {
    const { isOpen, log, timings, wakeIn } = this.#ctx;
    log('error', `send ${job.id}: ${reasonOf(error)}`);
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
    let next: Sent | null = this.#write(fresh);
    while (next) next = await this.#settle(next);
  }

  #write(job: SendJob): Sent {
    const { channel, clientMsgNo, payload, setting } = job;
    return {
      job,
      answer: this.#ctx.connection.send({ channel, clientMsgNo, payload, setting: setting ?? 0 }),
    };
  }

  /**
   * Takes the answer of a message and sends the channel's next. Answers are stored together, while the server works on what
   * follows; at once when nothing follows.
   */
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
      const { messageId, messageSeq, reasonCode } = outcome;
      if (reasonCode !== ReasonCode.success) {
        this.#refused(job, sendFailureOf(reasonCode, job.channel), null);
        return null;
      }
      this.#answers.push({ job, messageId, messageSeq });
      next = this.#sendNext(job);
    } catch (error) {
      this.#failed(job, error);
    } finally {
      this.#whileServerWorks(next?.job ?? null);
    }
    return next;
  }

  /** `sent`: what is on its way now in place of what was answered. */
  #whileServerWorks(sent: SendJob | null): void {
    const { log, store } = this.#ctx;
    const now = performance.now();
    if (this.#answers.length <= 1) this.#oldestAnswerAt = now;
    const due = this.#answers.length >= MAX_ANSWERS || now - this.#oldestAnswerAt >= ANSWER_AGE_MS;
    if (sent === null || due) this.flush();
    else this.#answerTimer ??= setTimeout(() => this.flush(), ANSWER_WAIT_MS);
    if (sent === null) return;
    try {
      store.markFollowing(sent);
    } catch (error) {
      // It is tried again when what is marked has been sent.
      log('warn', `marking sends: ${reasonOf(error)}`);
    }
  }

  #sendNext(after: SendJob): Sent | null {
    const { maySend, store } = this.#ctx;
    if (this.#crowded || !maySend()) return null;
    const job = store.startNextSend(after);
    return job && maySend() ? this.#write(job) : null;
  }

  #acknowledged(job: SendJob, answer: { messageId: string; messageSeq: number }): void {
    this.#stored(job, this.#ctx.store.acknowledge(job, answer.messageId, answer.messageSeq));
  }

  #stored(job: SendJob, key: string | null): void {
    const { store, wakeIn } = this.#ctx;
    this.#notBefore.delete(job.id);
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
      log('error', `send ${job.id}: ${errorName(error)}`);
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
