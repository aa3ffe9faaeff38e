/**
 * `recall_job`: recalls the user asked for that the server has not answered. All of them are mirrored in memory,
 * because every message view asks for them. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { StoreContext } from '../../context.ts';
import type { NewRecall, RecallChange, RecallJob } from '../../jobs.ts';
import { requestOf, type RequestColumns } from './job-columns.ts';
import { Mirror } from './mirror.ts';

interface RecallRow extends RequestColumns {
  message_key: string;
  message_id: string;
  client_msg_no: string;
  state: RecallJob['state'];
}

interface Jobs {
  byId: Map<number, RecallJob>;
  /** By `recallKey`. */
  byKey: Map<string, RecallJob>;
}

/** A message key with its channel. */
export const recallKey = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

const keyOf = (job: RecallJob): string => recallKey(job.channel, job.messageKey);

const toRecall = (row: RecallRow): RecallJob => ({
  ...requestOf(row),
  messageKey: row.message_key,
  messageId: row.message_id,
  clientMsgNo: row.client_msg_no,
  state: row.state,
});

export class RecallJobs {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  readonly #jobs: Mirror<Jobs>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#sql = statements(ctx.db);
    this.#jobs = new Mirror(ctx, () => this.#read());
  }

  /** The job that is there already, if the message is being recalled. */
  add(job: NewRecall): RecallJob {
    const existing = this.byKey(job.channel, job.messageKey);
    if (existing) return existing;
    const info = this.#sql.insert.run({
      channel_type: job.channel.channelType,
      channel_id: job.channel.channelId,
      message_key: job.messageKey,
      message_id: job.messageId,
      client_msg_no: job.clientMsgNo,
      state: 'pending',
      attempts: 0,
      next_try_at: 0,
    });
    const id = Number(info.lastInsertRowid);
    const stored: RecallJob = { ...job, id, state: 'pending', attempts: 0, nextTryAtMs: 0 };
    this.#keep(stored);
    this.#changed(stored);
    return stored;
  }

  get isEmpty(): boolean {
    return this.#jobs.value.byId.size === 0;
  }

  all(): RecallJob[] {
    return [...this.#jobs.value.byId.values()];
  }

  byKey(channel: ChannelRef, key: string): RecallJob | null {
    const { byId, byKey } = this.#jobs.value;
    return byId.size === 0 ? null : (byKey.get(recallKey(channel, key)) ?? null);
  }

  byId(id: number): RecallJob | null {
    return this.#jobs.value.byId.get(id) ?? null;
  }

  update(id: number, change: RecallChange): void {
    const job = this.byId(id);
    if (!job) return;
    const next: RecallJob = {
      ...job,
      state: change.state ?? job.state,
      waitsForServer: change.waitsForServer ?? job.waitsForServer ?? false,
      attempts: change.attempts ?? job.attempts,
      nextTryAtMs: change.nextTryAtMs ?? job.nextTryAtMs,
    };
    this.#sql.update.run(next.state, next.attempts, Math.trunc(next.nextTryAtMs), id);
    this.#keep(next);
    if (next.state !== job.state || next.waitsForServer !== (job.waitsForServer ?? false))
      this.#changed(next);
  }

  remove(id: number): void {
    const job = this.byId(id);
    if (!job) return;
    this.#sql.remove.run(id);
    const { byId, byKey } = this.#jobs.value;
    byId.delete(id);
    byKey.delete(keyOf(job));
    this.#changed(job);
  }

  /** After a start nothing is on the wire, and nothing waits. */
  resetInterrupted(): void {
    this.#sql.queueAll.run();
    this.#jobs.forget();
  }

  #read(): Jobs {
    const jobs = this.#sql.all.all().map(toRecall);
    return {
      byId: new Map(jobs.map((job) => [job.id, job])),
      byKey: new Map(jobs.map((job) => [keyOf(job), job])),
    };
  }

  #keep(job: RecallJob): void {
    const { byId, byKey } = this.#jobs.value;
    byId.set(job.id, job);
    byKey.set(keyOf(job), job);
  }

  #changed(job: RecallJob): void {
    this.#ctx.changes.message(job.channel, job.messageKey);
    this.#ctx.changes.conversation(job.channel);
  }
}

function statements(db: Database.Database) {
  return {
    insert: db.prepare<[Omit<RecallRow, 'id'>]>(
      `INSERT INTO outbox.recall_job (channel_type, channel_id, message_key, message_id, client_msg_no, state, attempts,
       next_try_at) VALUES (@channel_type, @channel_id, @message_key, @message_id, @client_msg_no, @state, @attempts,
       @next_try_at)`,
    ),
    all: db.prepare<[], RecallRow>('SELECT * FROM outbox.recall_job ORDER BY id'),
    update: db.prepare<[string, number, number, number]>(
      'UPDATE outbox.recall_job SET state = ?, attempts = ?, next_try_at = ? WHERE id = ?',
    ),
    remove: db.prepare<[number]>('DELETE FROM outbox.recall_job WHERE id = ?'),
    queueAll: db.prepare<[]>("UPDATE outbox.recall_job SET state = 'queued', next_try_at = 0"),
  };
}
