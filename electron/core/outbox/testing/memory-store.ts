/** The jobs part of the store in memory, as its contract says (store-api.ts), and with a switch for crashes. */
import { channelKey, messageKey, parseChannelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { needsUpload } from '../../store/tables/outbox/send-rows.ts';
import {
  type ActionJob,
  EXPIRE_UNKNOWN,
  type RecallJob,
  type SendAnswer,
  type SendJob,
} from '../../store/jobs.ts';
import type { ConfirmedRecall } from '../../store/server-records.ts';
import type { OutboxStore } from '../outbox-api.ts';

export const ME = 'me';

export interface Acknowledged {
  channel: string;
  clientMsgNo: string;
  messageId: string;
  messageSeq: number;
}

interface Content {
  sends: SendJob[];
  /** Ids of jobs whose SEND may have been written although they do not say so. */
  ahead: Set<number>;
  recalls: RecallJob[];
  actions: ActionJob[];
  acknowledged: Acknowledged[];
  recalled: ConfirmedRecall[];
  denied: { id: number; reason: string; detail: string | null; atMs: number }[];
}

/** What survives a crash. */
export class Disk implements Content {
  sends: SendJob[] = [];
  ahead = new Set<number>();
  recalls: RecallJob[] = [];
  actions: ActionJob[] = [];
  acknowledged: Acknowledged[] = [];
  recalled: ConfirmedRecall[] = [];
  denied: { id: number; reason: string; detail: string | null; atMs: number }[] = [];
  #nextId = 0;
  /** Before each write that was not waited for, since the last that was. */
  #unsynced: Content[] = [];

  /** A transaction begins. `durable`: when it ends, everything up to here is on the disk. */
  begin(durable: boolean): void {
    if (durable) this.#unsynced = [];
    else {
      const { sends, ahead, recalls, actions, acknowledged, recalled, denied } = this;
      this.#unsynced.push(
        structuredClone({ sends, ahead, recalls, actions, acknowledged, recalled, denied }),
      );
    }
  }

  /** How many of the newest transactions a power cut may take back. */
  get unsynced(): number {
    return this.#unsynced.length;
  }

  /** A power cut that takes back so many of them. */
  lose(transactions: number): void {
    if (transactions > 0) Object.assign(this, this.#unsynced.at(-transactions));
    this.#unsynced = [];
  }

  nextId(): number {
    return ++this.#nextId;
  }

  addSend(channel: ChannelRef, clientMsgNo: string, change: Partial<SendJob> = {}): SendJob {
    const job: SendJob = {
      id: this.nextId(),
      channel,
      clientMsgNo,
      payload: { type: 1, content: clientMsgNo },
      timestamp: 0,
      state: 'queued',
      attempts: 0,
      reason: null,
      detail: null,
      recallOnAck: false,
      ...change,
    };
    this.sends.push(job);
    this.begin(true);
    return job;
  }

  addRecall(channel: ChannelRef, messageId: string, clientMsgNo: string): RecallJob {
    const key = messageKey({ fromUid: ME, clientMsgNo, messageId });
    const job: RecallJob = {
      id: this.nextId(),
      channel,
      messageKey: key,
      messageId,
      clientMsgNo,
      state: 'pending',
      attempts: 0,
      nextTryAtMs: 0,
    };
    this.recalls.push(job);
    return job;
  }

  addAction(kind: ActionJob['kind'], channel: ChannelRef, args: Record<string, unknown>): ActionJob {
    const job: ActionJob = { id: this.nextId(), kind, channel, args, attempts: 0, nextTryAtMs: 0 };
    this.actions.push(job);
    return job;
  }
}

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

/** A process's view of the disk; after `die` (or `dieAtWrite`) it can do nothing any more. */
export class MemoryStore implements OutboxStore {
  readonly disk: Disk;
  readonly outbox = this;
  readonly messages = this;
  readonly conversations = this;
  readonly reactions = this;
  /** What the server has pinned. */
  readonly pinned = new Set<string>();
  readonly pins: OutboxStore['pins'] = {
    has: (messageId) => this.pinned.has(messageId),
    putOwn: (_, messageId, on) => void (on ? this.pinned.add(messageId) : this.pinned.delete(messageId)),
    putClear: () => this.pinned.clear(),
  };
  /** What the server has of me, by message. */
  readonly own = new Map<string, string>();
  readOnly = false;
  /** Throws instead of writing while set: a full disk. */
  full = false;
  writes = 0;
  dieAtWrite = Infinity;
  /** So many of the next jobs are marked with the one that is sent. */
  markAhead = 2;
  /** Marked jobs whose SEND was written: only this process knows. */
  readonly #underWay = new Set<number>();
  #dead = false;

  constructor(disk: Disk) {
    this.disk = disk;
    // As opening the store does (`resetInterrupted`).
    for (const job of disk.sends) if (disk.ahead.has(job.id)) job.attempts = Math.max(1, job.attempts);
    disk.ahead.clear();
    disk.begin(true);
  }

  mine(messageId: string): string {
    return this.own.get(messageId) ?? '';
  }

  putOwn(messageId: string, emoji: string): void {
    this.own.set(messageId, emoji);
  }

  setAutoDelete(channel: ChannelRef, seconds: number): void {
    for (const job of this.#write().sends)
      if (job.expire === EXPIRE_UNKNOWN && channelKey(job.channel) === channelKey(channel))
        job.expire = seconds;
  }

  setFlameBeforeSend(channel: ChannelRef, seconds: number): void {
    for (const job of this.#write().sends)
      if (job.expire === EXPIRE_UNKNOWN && channelKey(job.channel) === channelKey(channel))
        job.payload = { ...job.payload, flame: 1, flame_second: seconds };
  }

  die(): void {
    this.#dead = true;
  }

  get dead(): boolean {
    return this.#dead;
  }

  #read(): Disk {
    if (this.#dead) throw new ProcessDied();
    return this.disk;
  }

  #write(durable = true): Disk {
    if (this.full) throw new Error('database or disk is full');
    if (++this.writes >= this.dieAtWrite) this.#dead = true;
    this.#read().begin(durable);
    return this.disk;
  }

  #asItIs(job: SendJob): SendJob {
    const underWay = this.disk.ahead.has(job.id) && this.#underWay.has(job.id);
    return underWay ? { ...job, state: 'sending', attempts: job.attempts + 1 } : { ...job };
  }

  /** Writing anything about a job that is under way writes that down, too. */
  #change(disk: Disk, id: number, change: Partial<SendJob>): void {
    const job = disk.sends.find((candidate) => candidate.id === id);
    if (!job) return;
    const { state, attempts } = this.#asItIs(job);
    if (state === 'sending') disk.ahead.delete(id);
    Object.assign(job, { state, attempts }, change);
  }

  heldBack(): number[] {
    const { recalls, sends } = this.#read();
    const ids = new Set(recalls.map(({ messageId }) => messageId));
    return sends.flatMap((job) =>
      ids.has(job.forwardOf ?? '') && this.#asItIs(job).state === 'queued' && !job.recallOnAck ? job.id : [],
    );
  }

  nextSends(): SendJob[] {
    const heads = new Map<string, SendJob>();
    const held = new Set(this.heldBack());
    for (const job of this.#read().sends) {
      const key = channelKey(job.channel);
      if (held.has(job.id)) continue;
      if (job.state !== 'failed' && !heads.has(key)) heads.set(key, this.#asItIs(job));
    }
    return [...heads.values()].filter((job) => job.state === 'queued' && !needsUpload(job));
  }

  pendingUploads(): SendJob[] {
    const held = new Set(this.heldBack());
    return this.#read()
      .sends.filter((job) => job.state === 'queued' && needsUpload(job) && !held.has(job.id))
      .map((job) => ({ ...job }));
  }

  setUploaded(id: number, url: string): void {
    const job = this.#write().sends.find((candidate) => candidate.id === id);
    if (job) job.payload = { ...job.payload, url };
  }

  requeueSends(): void {
    const disk = this.#write();
    for (const job of disk.sends)
      if (this.#asItIs(job).state === 'sending') this.#change(disk, job.id, { state: 'queued' });
  }

  sendJob(channel: ChannelRef, key: string): SendJob | null {
    const found = this.#read().sends.find(
      (job) => channelKey(job.channel) === channelKey(channel) && `${ME}:${job.clientMsgNo}` === key,
    );
    return found ? this.#asItIs(found) : null;
  }

  markSends(ids: readonly number[]): void {
    const { ahead, sends } = this.#read();
    const unmarked = sends.filter((job) => ids.includes(job.id) && job.attempts === 0 && !ahead.has(job.id));
    if (unmarked.length === 0) return;
    const disk = this.#write();
    for (const job of unmarked) {
      disk.ahead.add(job.id);
      this.#markFollowing(disk, job);
    }
  }

  #markFollowing({ ahead, sends }: Disk, job: SendJob): void {
    const waiting = sends.filter(
      (other) =>
        other.id > job.id &&
        other.state === 'queued' &&
        channelKey(other.channel) === channelKey(job.channel),
    );
    for (const other of waiting.slice(0, this.markAhead)) if (other.attempts === 0) ahead.add(other.id);
  }

  startSend(id: number): void {
    this.markSends([id]);
    const job = this.#read().sends.find((candidate) => candidate.id === id);
    if (!job) return;
    if (job.attempts === 0) this.#underWay.add(id);
    else {
      const attempts = job.attempts + 1;
      this.#change(this.#write(false), id, { state: 'sending', attempts, reason: null, detail: null });
    }
  }

  startNextSend(after: SendJob): SendJob | null {
    const next = this.#after(after);
    if (next?.state !== 'queued' || next.attempts > 0 || !this.disk.ahead.has(next.id)) return null;
    if (this.heldBack().includes(next.id)) return null;
    this.#underWay.add(next.id);
    return { ...next };
  }

  markFollowing(job: SendJob): void {
    const next = this.#after(job);
    if (next?.state !== 'queued' || next.attempts > 0 || this.disk.ahead.has(next.id)) return;
    this.#markFollowing(this.#write(), job);
  }

  #after({ channel, id }: SendJob): SendJob | undefined {
    const next = this.#read().sends.find(
      (job) => job.id > id && job.state !== 'failed' && channelKey(job.channel) === channelKey(channel),
    );
    return next && this.#asItIs(next);
  }

  updateSend(id: number, change: Partial<SendJob>): void {
    this.#change(this.#write(), id, change);
  }

  removeSend(id: number): void {
    const disk = this.#write();
    disk.sends = disk.sends.filter((job) => job.id !== id);
  }

  acknowledge(job: SendJob, messageId: string, messageSeq: number): string | null {
    return this.#acknowledge(this.#write(false), { job, messageId, messageSeq });
  }

  acknowledgeAll(answers: readonly SendAnswer[]): (string | null)[] {
    const disk = this.#write(false);
    return answers.map((answer) => this.#acknowledge(disk, answer));
  }

  #acknowledge(disk: Disk, { job, messageId, messageSeq }: SendAnswer): string | null {
    const stored = disk.sends.find((candidate) => candidate.id === job.id);
    if (!stored) return null;
    disk.sends = disk.sends.filter((candidate) => candidate !== stored);
    const { channel, clientMsgNo } = stored;
    disk.acknowledged.push({ channel: channelKey(channel), clientMsgNo, messageId, messageSeq });
    if (stored.recallOnAck) disk.addRecall(channel, messageId, clientMsgNo);
    return messageKey({ fromUid: ME, clientMsgNo, messageId });
  }

  recallJobs(): RecallJob[] {
    return this.#read().recalls.map((job) => ({ ...job }));
  }

  recallJob(channel: ChannelRef, key: string): RecallJob | null {
    const wanted = channelKey(channel);
    return (
      this.#read().recalls.find((job) => channelKey(job.channel) === wanted && job.messageKey === key) ?? null
    );
  }

  updateRecall(id: number, change: Partial<RecallJob>): void {
    const job = this.#write().recalls.find((candidate) => candidate.id === id);
    if (job) Object.assign(job, change);
  }

  applyRecall(recall: ConfirmedRecall): void {
    const disk = this.#write();
    disk.recalls = disk.recalls.filter((job) => job.messageId !== recall.messageId);
    disk.sends = disk.sends.filter(
      (job) =>
        job.forwardOf !== recall.messageId ||
        this.#asItIs(job).state === 'sending' ||
        (job.recallOnAck && job.attempts > 0),
    );
    disk.actions = disk.actions.filter(({ args }) => args['messageId'] !== recall.messageId);
    disk.recalled.push(recall);
  }

  denyRecall(id: number, reason: string, detail: string | null, atMs: number): void {
    const disk = this.#write();
    disk.recalls = disk.recalls.filter((job) => job.id !== id);
    disk.denied.push({ id, reason, detail, atMs });
  }

  actionJobs(): ActionJob[] {
    return this.#read().actions.map((job) => ({ ...job }));
  }

  updateAction(id: number, change: Partial<ActionJob>): void {
    const job = this.#write().actions.find((candidate) => candidate.id === id);
    if (job) Object.assign(job, change);
  }

  removeAction(id: number): void {
    const disk = this.#write();
    disk.actions = disk.actions.filter((job) => job.id !== id);
  }
}

export const group = (id: string): ChannelRef => parseChannelKey(`2/${id}`);
export const person = (id: string): ChannelRef => parseChannelKey(`1/${id}`);
