/** The jobs part of the store in memory, as its contract says (store-api.ts), and with a switch for crashes. */
import { channelKey, messageKey, parseChannelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { needsUpload } from '../../store/outbox-tables.ts';
import type { ActionJob, ConfirmedRecall, RecallJob, SendJob } from '../../store/store-api.ts';
import type { OutboxStore } from '../outbox-api.ts';

export const ME = 'me';

export interface Acknowledged {
  channel: string;
  clientMsgNo: string;
  messageId: string;
  messageSeq: number;
}

/** What survives a crash. */
export class Disk {
  sends: SendJob[] = [];
  recalls: RecallJob[] = [];
  actions: ActionJob[] = [];
  acknowledged: Acknowledged[] = [];
  recalled: ConfirmedRecall[] = [];
  denied: { id: number; reason: string; detail: string | null; atMs: number }[] = [];
  #nextId = 0;

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
  readOnly = false;
  /** Throws instead of writing while set: a full disk. */
  full = false;
  writes = 0;
  dieAtWrite = Infinity;
  #dead = false;

  constructor(disk: Disk) {
    this.disk = disk;
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

  #write(): Disk {
    if (this.full) throw new Error('database or disk is full');
    if (++this.writes >= this.dieAtWrite) this.#dead = true;
    return this.#read();
  }

  nextSends(): SendJob[] {
    const heads = new Map<string, SendJob>();
    for (const job of this.#read().sends) {
      const key = channelKey(job.channel);
      if (job.state !== 'failed' && !heads.has(key)) heads.set(key, { ...job });
    }
    return [...heads.values()].filter((job) => job.state === 'queued' && !needsUpload(job));
  }

  pendingUploads(): SendJob[] {
    return this.#read()
      .sends.filter((job) => job.state === 'queued' && needsUpload(job))
      .map((job) => ({ ...job }));
  }

  setUploaded(id: number, url: string): void {
    const job = this.#write().sends.find((candidate) => candidate.id === id);
    if (job) job.payload = { ...job.payload, url };
  }

  requeueSends(): void {
    for (const job of this.#write().sends) if (job.state === 'sending') job.state = 'queued';
  }

  sendJob(channel: ChannelRef, key: string): SendJob | null {
    const found = this.#read().sends.find(
      (job) => channelKey(job.channel) === channelKey(channel) && `${ME}:${job.clientMsgNo}` === key,
    );
    return found ? { ...found } : null;
  }

  updateSend(id: number, change: Partial<SendJob>): void {
    const job = this.#write().sends.find((candidate) => candidate.id === id);
    if (job) Object.assign(job, change);
  }

  removeSend(id: number): void {
    const disk = this.#write();
    disk.sends = disk.sends.filter((job) => job.id !== id);
  }

  acknowledge(job: SendJob, messageId: string, messageSeq: number): string | null {
    const disk = this.#write();
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
