/**
 * Sends: one SEND in flight per channel (real servers reorder pipelined ones, wukongim.md fact 12), a few in all.
 *
 * Nothing is lost: the job is on disk before it is tried and leaves it only with the server's answer. Nothing is
 * doubled: the disk knows that the SEND may have been written before it is (`startSend`), and whoever finds a queued
 * job with attempts does not know whether the server has it; a real WuKongIM stores a second SEND with the same
 * client_msg_no again, so the channel's history is asked first.
 */
import { backOffMs } from '../../../shared/back-off.ts';
import { channelKey, ChannelType, messageKey } from '../../../shared/domain.ts';
import { errorName, reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { ReasonCode } from '../../../shared/wire/packets.ts';
import { isFinalNo } from '../api/server-trouble.ts';
import {
  ConnectionLost,
  MessageTooLong,
  type SendOutcome,
  SendUnanswered,
} from '../connection/connection-api.ts';
import { EXPIRE_UNKNOWN, type SendAnswer, type SendJob, WAITS_FOR_SERVER } from '../store/jobs.ts';
import { Lane, type Waiting } from './lane.ts';
import { type SendReason, sendReasonOf } from './send-reasons.ts';
import { ServerWaits } from './server-waits.ts';

/** A message whose SEND was written. */
interface Sent {
  job: SendJob;
  answer: Promise<SendOutcome>;
}

/**
 * SENDACKs are stored right after a SEND, when so many wait or the oldest has waited so long …; where one chat alone
 * sends, so few that the server is not done before they are stored.
 */
const MAX_ANSWERS = 16;
const MAX_ANSWERS_ALONE = 5;
const ANSWER_AGE_MS = 8;
/** … and whatever the server does after this. */
const ANSWER_WAIT_MS = 24;
/** A recall that ends by what a sync brings tells nobody here: what was held back for it is looked at again so soon. */
const HELD_LOOK_MS = 1_000;

export class SendLane extends Lane<SendJob> {
  /** Jobs whose result could not be written: they may still say "sending". */
  readonly #stuck = new Set<number>();
  readonly #waits = new ServerWaits();
  /** SENDACKs that are not stored yet: their channels have sent the next message. */
  #answers: SendAnswer[] = [];
  #oldestAnswerAt = 0;
  #answerTimer: NodeJS.Timeout | undefined;

  protected get mostAtOnce(): number {
    return this.pump.timings.maxSends;
  }

  protected get mayStart(): boolean {
    return this.pump.maySend;
  }

  /**
   * One of each channel. A kick hurries none that costs the connection each time. A forward of what is being recalled
   * waits for the outcome and holds up nothing of its chat.
   */
  protected waiting(): Waiting<SendJob>[] {
    const { store } = this.options;
    if (store.outbox.heldBack().length > 0) this.pump.wakeIn(HELD_LOOK_MS);
    for (const id of this.#stuck) {
      store.outbox.updateSend(id, { state: 'queued' });
      this.#stuck.delete(id);
    }
    return store.outbox.nextSends().map((job) => ({ job, key: channelKey(job.channel), held: true }));
  }

  /** One wait for the disk for all of them. */
  protected override starting(jobs: readonly SendJob[]): void {
    this.options.store.outbox.markSends(jobs.filter((job) => job.attempts === 0).map((job) => job.id));
  }

  protected nameOf(job: SendJob): string {
    return `send ${job.id}`;
  }

  /** Stores the answers that wait, in one transaction. */
  flush(): void {
    clearTimeout(this.#answerTimer);
    this.#answerTimer = undefined;
    const answers = this.#answers;
    this.#answers = [];
    if (answers.length === 0 || !this.pump.isOpen) return;
    try {
      const keys = this.options.store.outbox.acknowledgeAll(answers);
      for (const [index, { job }] of answers.entries()) this.#stored(job, keys[index] ?? null);
    } catch {
      // One that cannot be stored takes no other with it.
      for (const { job, messageId, messageSeq } of answers) {
        try {
          this.#acknowledged(job, { messageId, messageSeq });
        } catch (error) {
          this.fault(job, error);
        }
      }
    }
  }

  /** The history will tell what became of it. */
  protected override fault(job: SendJob, error: unknown): void {
    super.fault(job, error);
    if (this.pump.isOpen) this.#stuck.add(job.id);
  }

  protected async run(job: SendJob): Promise<void> {
    const { store } = this.options;
    if (job.attempts > 0) {
      const found = await this.#find(job);
      if (!this.pump.isOpen || found === 'unknown') return;
      if (found) return this.#acknowledged(job, found);
    }
    let fresh = this.#reread(job);
    if (fresh?.state === 'queued' && !fresh.recallOnAck && fresh.expire === EXPIRE_UNKNOWN) {
      if (!(await this.#askExpire(fresh)) || !this.pump.isOpen) return;
      fresh = this.#reread(job);
    }
    if (fresh?.state !== 'queued') return;
    if (fresh.recallOnAck) {
      // Cancelled, and the server does not have it: it never leaves.
      store.outbox.removeSend(fresh.id);
      return;
    }
    // Its source may have been asked back since it was looked at.
    if (!this.pump.maySend || store.outbox.heldBack().includes(fresh.id)) return;
    store.outbox.startSend(fresh.id);
    // The store has left the disk meanwhile: the mark is only in memory.
    if (!this.pump.maySend) return;
    let next: Sent | null = this.#write(fresh);
    while (next) next = await this.#settle(next);
  }

  #write(job: SendJob): Sent {
    const { channel, clientMsgNo, payload, setting = 0, expire = 0 } = job;
    return {
      job,
      answer: this.options.connection.send({
        channel,
        clientMsgNo,
        payload,
        setting,
        expire: Math.max(0, expire),
      }),
    };
  }

  /**
   * Takes the answer of a message and sends the channel's next. Answers are stored together, while the server works on
   * what follows; at once when nothing follows.
   */
  async #settle({ job, answer }: Sent): Promise<Sent | null> {
    let next: Sent | null = null;
    try {
      let outcome: SendOutcome;
      try {
        outcome = await answer;
      } catch (error) {
        if (this.pump.isOpen) this.#notSent(job, error);
        return null;
      }
      if (!this.pump.isOpen) return null;
      const { messageId, messageSeq, reasonCode } = outcome;
      if (reasonCode !== ReasonCode.success) {
        this.#notTaken(job, reasonCode);
        return null;
      }
      this.#answers.push({ job, messageId, messageSeq });
      next = this.#sendNext(job);
    } catch (error) {
      this.fault(job, error);
    } finally {
      this.#whileServerWorks(next?.job ?? null);
    }
    return next;
  }

  /** `sent`: what is on its way now in place of what was answered. */
  #whileServerWorks(sent: SendJob | null): void {
    const { log, store } = this.options;
    if (sent !== null) {
      try {
        store.outbox.markFollowing(sent);
      } catch (error) {
        // It is tried again when what is marked has been sent.
        log('warn', `marking sends: ${reasonOf(error)}`);
      }
    }
    const now = performance.now();
    if (this.#answers.length <= 1) this.#oldestAnswerAt = now;
    const most = this.running.length > 1 ? MAX_ANSWERS : MAX_ANSWERS_ALONE;
    const due = this.#answers.length >= most || now - this.#oldestAnswerAt >= ANSWER_AGE_MS;
    if (sent === null || due) this.flush();
    else this.#answerTimer ??= setTimeout(() => this.flush(), ANSWER_WAIT_MS);
  }

  #sendNext(after: SendJob): Sent | null {
    if (this.isCrowded || !this.pump.maySend) return null;
    const job = this.options.store.outbox.startNextSend(after);
    return job && this.pump.maySend ? this.#write(job) : null;
  }

  #acknowledged(job: SendJob, { messageId, messageSeq, storedAt }: Omit<SendAnswer, 'job'>): void {
    this.#stored(job, this.options.store.outbox.acknowledge(job, messageId, messageSeq, storedAt));
  }

  #stored(job: SendJob, key: string | null): void {
    this.forget(job);
    // null when a sync has found the message in the history meanwhile. The store adds the recall job of recallOnAck.
    if (key !== null && this.options.store.outbox.recallJob(job.channel, key)) this.pump.wakeIn(0);
  }

  /**
   * A refusal, or one that is none: then the server may have stored the message all the same (wukongim.md H), so it is
   * looked for before it is sent again, and what follows in its channel waits with it.
   */
  #notTaken(job: SendJob, reasonCode: number): void {
    const { connection, onGroupGone } = this.options;
    const { giveUpMs } = this.pump.timings;
    const { detail, effect, why }: SendReason = sendReasonOf(reasonCode, job.channel);
    const times = effect === 'final' ? null : this.#waits.again(job.id, effect, giveUpMs);
    if (times !== null) {
      this.#putOffForServer(job, times, `reason ${reasonCode}`);
      if (effect === 'resync' || effect === 'signIn')
        connection.replace?.(`SENDACK with reason ${reasonCode}`);
      return;
    }
    this.#refused(job, why, detail);
    const isGroup = job.channel.channelType === ChannelType.group;
    if (isGroup && (why === 'disbanded' || why === 'notMember')) onGroupGone?.(job.channel, why);
  }

  /** The server has read it and says nothing. */
  #unanswered(job: SendJob, { message }: SendUnanswered): void {
    const times = this.#waits.again(job.id, 'wait', this.pump.timings.giveUpMs);
    if (times === null) this.#refused(job, 'serverBusy', null);
    else this.#putOffForServer(job, times, message);
  }

  #putOffForServer(job: SendJob, times: number, why: string): void {
    this.options.log('info', `${this.nameOf(job)} waits for the server: ${why}, ${times} times`);
    const { backoffFirstMs, waitMaxMs } = this.pump.timings;
    this.putOff(job, backOffMs(times, backoffFirstMs, waitMaxMs));
    this.options.store.outbox.updateSend(job.id, { state: 'queued', reason: WAITS_FOR_SERVER });
  }

  protected override forget(job: SendJob): void {
    super.forget(job);
    this.#waits.over(job.id);
  }

  #refused(job: SendJob, reason: string, detail: string | null): void {
    const { log, store } = this.options;
    log('warn', `send ${job.id} refused: ${reason}`);
    this.forget(job);
    const fresh = this.#reread(job);
    if (!fresh) return;
    if (fresh.recallOnAck) store.outbox.removeSend(fresh.id);
    else store.outbox.updateSend(fresh.id, { state: 'failed', reason, detail });
  }

  #notSent(job: SendJob, error: unknown): void {
    const { store, log } = this.options;
    if (error instanceof MessageTooLong) {
      this.#refused(job, 'tooLong', null);
      return;
    }
    if (error instanceof SendUnanswered) {
      this.#unanswered(job, error);
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
    if (attempts < 2) this.putOff(job, this.pump.timings.settleMs);
    else this.backOff(job, attempts - 1, error);
    store.outbox.updateSend(job.id, { state: 'queued' });
  }

  /** The message in the channel's history; null = not there; 'unknown' = not now, the job waits. */
  async #find(job: SendJob): Promise<Omit<SendAnswer, 'job'> | null | 'unknown'> {
    const { api, log, me } = this.options;
    try {
      return await api.findByClientMsgNo(job.channel, job.clientMsgNo, me.uid, job.timestamp);
    } catch (error) {
      const code = error instanceof CodedError ? error.code : 'internal';
      if (isFinalNo(error)) {
        // No access to the history (removed from the group …): the SEND will be answered with the reason.
        log('warn', `send ${job.id}: history not readable (${code}), sent again unchecked`);
        return null;
      }
      this.#notAnswered(job, error);
      return 'unknown';
    }
  }

  /**
   * The first message to a chat that was never opened here: its server knows when it is to be deleted or to burn, and
   * the SEND has to say so. False = not now, the job waits.
   */
  async #askExpire(job: SendJob): Promise<boolean> {
    const { api, log, serverNowMs, store } = this.options;
    const askedAt = Math.floor(serverNowMs() / 1000);
    let answer: [seconds: number, askedAt: number];
    try {
      const { autoDelete, flame } = await api.endsOf(job.channel);
      answer = [autoDelete, askedAt];
      // (First: whoever knows the time of deletion does not ask again.)
      if (flame !== null && this.pump.isOpen) store.conversations.setFlameBeforeSend(job.channel, flame);
    } catch (error) {
      if (!isFinalNo(error)) {
        if (this.pump.isOpen) this.#notAnswered(job, error);
        return false;
      }
      log('info', `send ${job.id}: no auto-delete time to be had (${reasonOf(error)})`);
      // (Whatever is heard of it later counts more.)
      answer = [0, 0];
    }
    if (this.pump.isOpen) store.conversations.setAutoDelete(job.channel, ...answer);
    return true;
  }

  /** What has to be known before the message may go was not to be had now: it waits. */
  #notAnswered(job: SendJob, error: unknown): void {
    if (error instanceof CodedError && error.code === 'unauthorized') this.pump.unauthorized();
    this.backOff(job, job.attempts, error);
    if (job.reason !== WAITS_FOR_SERVER && this.pump.isOnline)
      this.options.store.outbox.updateSend(job.id, { reason: WAITS_FOR_SERVER });
  }

  #reread(job: SendJob): SendJob | null {
    const { me, store } = this.options;
    const key = messageKey({ fromUid: me.uid, clientMsgNo: job.clientMsgNo, messageId: null });
    const fresh = store.outbox.sendJob(job.channel, key);
    return fresh?.id === job.id ? fresh : null;
  }
}
