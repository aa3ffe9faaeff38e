/**
 * `send_job`: messages the user composed that no server has acknowledged. The numbers of all jobs are mirrored in
 * memory, because every message view asks for them. Every call that writes runs in the caller's transaction.
 */
import type Database from 'better-sqlite3';
import { channelKey, messageKey, type ChannelRef } from '../../../../../shared/domain.ts';
import { flameOf } from '../../../../../shared/content/flame.ts';
import { forwardedIds, isForwardText } from '../../../../../shared/content/merged-forward.ts';
import { replyOf } from '../../../../../shared/content/message-content.ts';
import type { StoreContext } from '../../context.ts';
import { EXPIRE_UNKNOWN, type NewSend, type SendJob, WAITS_FOR_SERVER } from '../../jobs.ts';
import type { Payload } from '../messages/payload.ts';
import { channelOf } from './job-columns.ts';
import { MarkedSends } from './marked-sends.ts';
import { Mirror } from './mirror.ts';
import { attachedFiles, needsUpload, toSend, type SendRow } from './send-rows.ts';

export type SendChange = Partial<Pick<SendJob, 'state' | 'attempts' | 'reason' | 'detail' | 'recallOnAck'>>;

export class SendJobs {
  readonly #ctx: StoreContext;
  readonly #sql: ReturnType<typeof statements>;
  readonly #marked: MarkedSends;
  /**
   * Marked jobs whose SEND was written in this process: the disk need not hear of it, a start makes an attempt of every
   * mark. Whatever else is written about such a job writes that down too, and takes the mark off: from then on the row
   * says it. So nothing has to be undone here when a transaction rolls back.
   */
  readonly #underWay = new Set<number>();
  /** client_msg_no of every job. */
  readonly #numbers: Mirror<Set<string>>;
  /** Ids of the messages that jobs quote. */
  readonly #quoted: Mirror<Set<string>>;
  /** Ids of the messages that jobs are copies of, or hold copies of, by the job's; of other jobs nothing. */
  readonly #copied: Mirror<Map<number, readonly string[]>>;

  constructor(ctx: StoreContext) {
    this.#ctx = ctx;
    this.#sql = statements(ctx.db);
    this.#marked = new MarkedSends(ctx.db, (row) => this.#asItIs(row));
    this.#numbers = new Mirror(ctx, () => new Set(this.#sql.all.all().map((row) => row.client_msg_no)));
    this.#quoted = new Mirror(
      ctx,
      () => new Set(this.#sql.all.all().flatMap((row) => row.quote_message_id ?? [])),
    );
    this.#copied = new Mirror(ctx, () => new Map(this.#sql.all.all().flatMap(copiedBy)));
    ctx.onRollback(() => this.#marked.forgetAll());
  }

  add(job: NewSend): SendJob {
    const info = this.#sql.insert.run({
      channel_type: job.channel.channelType,
      channel_id: job.channel.channelId,
      client_msg_no: job.clientMsgNo,
      payload: JSON.stringify(job.payload),
      quote_message_id: replyOf(job.payload)?.messageId ?? null,
      forward_of: job.forwardOf ?? null,
      timestamp: Math.trunc(job.timestamp),
      state: 'queued',
      attempts: 0,
      reason: null,
      detail: null,
      recall_on_ack: 0,
      setting: job.setting ?? 0,
      expire: job.expire ?? 0,
      attachment: job.attachment ? JSON.stringify(job.attachment) : null,
    });
    this.#numbers.value.add(job.clientMsgNo);
    this.#quoted.forget();
    const row = this.#sql.get.get(Number(info.lastInsertRowid));
    if (!row) throw new Error('a send job vanished right after it was stored');
    for (const [id, of] of copiedBy(row)) this.#copied.value.set(id, of);
    this.#marked.forget(row);
    const stored = toSend(row);
    this.#changed(stored);
    return stored;
  }

  /** Whether no job is left. */
  get isEmpty(): boolean {
    return this.#numbers.value.size === 0;
  }

  /** The oldest unfailed job of each channel but these, if it is queued and has its attachment uploaded. */
  next(held: ReadonlySet<number>): SendJob[] {
    if (this.isEmpty) return [];
    const heads =
      held.size === 0 ? this.#sql.heads.all() : this.#sql.headsWithout.all(JSON.stringify([...held]));
    return this.#queued(heads).filter((job) => !needsUpload(job));
  }

  /** Whether any job is a copy of a message, or holds copies. */
  get mayCopyAny(): boolean {
    return !this.isEmpty && this.#copied.value.size > 0;
  }

  /** Numbers of the queued jobs that are copies of these messages, or hold copies of them, and are to be sent. */
  queuedCopiesOf(messageIds: ReadonlySet<string>): ReadonlySet<number> {
    const found = [...this.#copied.value].flatMap(([id, of]) =>
      of.some((one) => messageIds.has(one)) ? id : [],
    );
    return new Set(
      found.filter((id) => {
        const row = this.#row(id);
        return row?.state === 'queued' && row.recall_on_ack === 0;
      }),
    );
  }

  byKey(channel: ChannelRef, key: string): SendJob | null {
    const prefix = `${this.#ctx.me.uid}:`;
    if (!key.startsWith(prefix)) return null;
    const clientMsgNo = key.slice(prefix.length);
    if (!this.#numbers.value.has(clientMsgNo)) return null;
    const row = this.#sql.byNumber.get(clientMsgNo);
    if (!row || channelKey(channelOf(row)) !== channelKey(channel)) return null;
    return this.#jobOf(row);
  }

  byId(id: number): SendJob | null {
    const row = this.#row(id);
    return row ? toSend(row) : null;
  }

  inChannel(channel: ChannelRef): SendJob[] {
    if (this.isEmpty) return [];
    return this.#sql.inChannel.all(channel.channelId, channel.channelType).map((row) => this.#jobOf(row));
  }

  /** Newest job of a channel. */
  last(channel: ChannelRef): SendJob | undefined {
    const row = this.isEmpty ? null : this.#sql.last.get(channel.channelId, channel.channelType);
    return row ? this.#jobOf(row) : undefined;
  }

  /** Newest job of every channel that has one, by channel key. */
  lastOfEach(): Map<string, SendJob> {
    const last = new Map<string, SendJob>();
    if (this.isEmpty) return last;
    for (const row of this.#sql.lastOfEach.iterate()) last.set(channelKey(channelOf(row)), this.#jobOf(row));
    return last;
  }

  update(id: number, change: SendChange): void {
    const row = this.#row(id);
    if (!row) return;
    this.#save({
      ...row,
      state: change.state ?? row.state,
      attempts: change.attempts ?? row.attempts,
      reason: change.reason === undefined ? row.reason : change.reason,
      detail: change.detail === undefined ? row.detail : change.detail,
      recall_on_ack: change.recallOnAck === undefined ? row.recall_on_ack : Number(change.recallOnAck),
    });
    this.#changed(toSend(row));
  }

  remove(id: number): void {
    const row = this.#row(id);
    if (!row) return;
    // What is under way comes before all that is upcoming.
    if (row.state !== 'sending') this.#marked.forget(row);
    this.#sql.remove.run(id);
    this.#ctx.afterCommit(() => this.#underWay.delete(id));
    this.#numbers.value.delete(row.client_msg_no);
    this.#copied.value.delete(id);
    this.#changed(toSend(row));
  }

  /**
   * What the job is a copy of has to go, and so does the job. One that may have arrived and is to be taken back has
   * still to be looked for: of it only that is left, and not a word.
   */
  drop(row: SendRow): void {
    if (row.recall_on_ack === 0 || row.attempts === 0) return this.remove(row.id);
    const { type } = toSend(row).payload;
    this.#marked.forget(row);
    this.#sql.blank.run(JSON.stringify({ type }), row.id);
    this.#copied.forget();
    this.#quoted.forget();
    this.#changed(toSend(row));
  }

  /** Whether `mark` would have to write anything for this job. */
  needsMark(id: number): boolean {
    const row = this.#row(id);
    return row !== undefined && row.ahead === 0 && row.attempts === 0;
  }

  /**
   * So that the disk knows that the SENDs of this job and of those that follow in its channel may have been written.
   */
  mark(id: number): void {
    const row = this.#row(id);
    if (row) this.#marked.mark(row);
  }

  /** Marks jobs that were just added, as far as not too many of their channel wait before them. */
  markNew(jobs: readonly SendJob[]): void {
    this.#marked.markNew(jobs);
  }

  /** What comes next in the channel, if it is marked and may go: neither tried before nor with an attachment. */
  nextMarked(after: SendJob): SendJob | null {
    return this.#marked.next(after);
  }

  /** Few of the marked jobs after this one are left, and there are more to mark. */
  runsLow(after: SendJob): boolean {
    return this.#marked.runsLow(after);
  }

  /** The job's SEND is written next. The first time, which has to be marked, only memory learns of it. */
  start(id: number): void {
    const row = this.#row(id);
    if (!row) return;
    if (row.attempts === 0) {
      this.#marked.started({ ...channelOf(row), id: row.id });
      this.#underWay.add(id);
    } else {
      // It goes on waiting while it is sent once more.
      const reason = row.reason === WAITS_FOR_SERVER ? row.reason : null;
      this.#save({ ...row, state: 'sending', attempts: row.attempts + 1, reason, detail: null });
    }
    this.#changed(toSend(row));
  }

  /** The same of what `nextMarked` has answered just now: nothing has to be read of it. */
  startMarked(job: SendJob): void {
    this.#marked.started({ ...job.channel, id: job.id });
    this.#underWay.add(job.id);
    this.#changed(job);
  }

  /** Whether `start` has to write: the job was tried before. */
  startIsWritten(id: number): boolean {
    return (this.#row(id)?.attempts ?? 0) > 0;
  }

  /** Queued jobs whose attachment is not uploaded yet. */
  pendingUploads(): SendJob[] {
    if (this.isEmpty) return [];
    return this.#queued(this.#sql.attached.all()).filter(needsUpload);
  }

  /** `field`: of the payload, which gets the address. */
  setUploaded(id: number, url: string, field: 'url' | 'cover' = 'url'): void {
    const row = this.#row(id);
    if (!row) return;
    const job = toSend(row);
    this.#save({ ...row, payload: JSON.stringify({ ...job.payload, [field]: url }) });
    this.#changed(job);
  }

  /** What waits in this channel without knowing when it is to be deleted, knows it now. */
  setUnknownExpire(channel: ChannelRef, seconds: number): void {
    if (this.isEmpty) return;
    const { channelId, channelType } = channel;
    if (this.#sql.setUnknownExpire.run(seconds, channelId, channelType).changes > 0)
      this.#marked.forget({ channel_id: channelId, channel_type: channelType });
  }

  /** What waits in this channel without knowing what the chat has set burns after reading. */
  setUnknownFlame({ channelId, channelType }: ChannelRef, seconds: number): void {
    if (this.isEmpty) return;
    for (const row of this.#sql.inChannel.all(channelId, channelType)) {
      const { payload } = toSend(row);
      if (row.expire !== EXPIRE_UNKNOWN || flameOf(payload) !== null) continue;
      this.setPayload(row, JSON.stringify({ ...payload, flame: 1, flame_second: seconds }));
    }
  }

  /** Names of the staged files that jobs refer to. */
  attachmentFiles(): string[] {
    return this.#sql.attached.all().flatMap((row) => attachedFiles(toSend(row).attachment));
  }

  /** The message changed: what waits here and quotes it looks different. */
  markQuoting(messageId: string): void {
    if (this.isEmpty) return;
    if (!this.#quoted.value.has(messageId)) return;
    for (const row of this.#sql.all.all()) {
      if (row.quote_message_id === messageId) this.#changed(toSend(row));
    }
  }

  /** What was on the wire waits for its turn again. */
  requeue(): void {
    for (const row of this.rows()) if (row.state === 'sending') this.update(row.id, { state: 'queued' });
  }

  /** After a start nothing is on the wire; what was marked counts as tried. */
  resetInterrupted(): void {
    this.requeue();
    this.#marked.forgetAll();
    this.#sql.countMarks.run();
  }

  /** Every row, oldest first. */
  rows(): SendRow[] {
    return this.#sql.all.all().map((row) => this.#asItIs(row));
  }

  /** Other words for a message that was not sent yet; its view changes also when they are the same. */
  setPayload(row: SendRow, payload: string): void {
    if (payload !== row.payload) {
      this.#save({ ...row, payload });
      this.#copied.forget();
    }
    this.#changed(toSend(row));
  }

  #queued(rows: readonly SendRow[]): SendJob[] {
    return rows
      .map((row) => this.#asItIs(row))
      .filter((row) => row.state === 'queued')
      .map(toSend);
  }

  #asItIs(row: SendRow): SendRow {
    return row.ahead === 1 && this.#underWay.has(row.id)
      ? { ...row, state: 'sending', attempts: row.attempts + 1, ahead: 0 }
      : row;
  }

  #row(id: number): SendRow | undefined {
    const row = this.#sql.get.get(id);
    return row && this.#asItIs(row);
  }

  #jobOf(row: SendRow): SendJob {
    return toSend(this.#asItIs(row));
  }

  #save(row: SendRow): void {
    this.#marked.forget(row);
    this.#sql.update.run(row);
  }

  /** Its line in the chat and its conversation look different. */
  #changed({ channel, clientMsgNo }: SendJob): void {
    const { changes, me } = this.#ctx;
    changes.message(channel, messageKey({ fromUid: me.uid, clientMsgNo, messageId: null }));
    changes.conversation(channel);
  }
}

/** Its number and the messages that it is a copy of, or holds copies of; empty where it is neither. */
function copiedBy({ forward_of: of, id, payload }: SendRow): [number, readonly string[]][] {
  if (of !== null) return [[id, [of]]];
  return isForwardText(payload) ? [[id, [...forwardedIds(JSON.parse(payload) as Payload)]]] : [];
}

function statements(db: Database.Database) {
  return {
    insert: db.prepare<[Omit<SendRow, 'id' | 'ahead'>]>(
      `INSERT INTO outbox.send_job (channel_type, channel_id, client_msg_no, payload, quote_message_id, forward_of,
       timestamp, state, attempts, reason, detail, recall_on_ack, setting, expire, attachment) VALUES (@channel_type, @channel_id, @client_msg_no,
       @payload, @quote_message_id, @forward_of, @timestamp, @state, @attempts, @reason, @detail, @recall_on_ack, @setting, @expire, @attachment)`,
    ),
    all: db.prepare<[], SendRow>('SELECT * FROM outbox.send_job ORDER BY id'),
    heads: db.prepare<[], SendRow>(
      `SELECT * FROM outbox.send_job WHERE id IN (SELECT min(id) FROM outbox.send_job WHERE state <> 'failed'
       GROUP BY channel_id, channel_type) ORDER BY id`,
    ),
    /** The same without those whose numbers the JSON list has. */
    headsWithout: db.prepare<[string], SendRow>(
      `SELECT * FROM outbox.send_job WHERE id IN (SELECT min(id) FROM outbox.send_job WHERE state <> 'failed'
       AND id NOT IN (SELECT value FROM json_each(?)) GROUP BY channel_id, channel_type) ORDER BY id`,
    ),
    get: db.prepare<[number], SendRow>('SELECT * FROM outbox.send_job WHERE id = ?'),
    byNumber: db.prepare<[string], SendRow>('SELECT * FROM outbox.send_job WHERE client_msg_no = ?'),
    inChannel: db.prepare<[string, number], SendRow>(
      'SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? ORDER BY id',
    ),
    last: db.prepare<[string, number], SendRow>(
      'SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? ORDER BY id DESC LIMIT 1',
    ),
    lastOfEach: db.prepare<[], SendRow>(
      'SELECT * FROM outbox.send_job WHERE id IN (SELECT max(id) FROM outbox.send_job GROUP BY channel_id, channel_type)',
    ),
    update: db.prepare<[SendRow]>(
      `UPDATE outbox.send_job SET state = @state, attempts = @attempts, reason = @reason, detail = @detail,
       recall_on_ack = @recall_on_ack, payload = @payload, ahead = @ahead WHERE id = @id`,
    ),
    blank: db.prepare<[string, number]>(
      `UPDATE outbox.send_job SET payload = ?, quote_message_id = NULL, forward_of = NULL, attachment = NULL WHERE id = ?`,
    ),
    attached: db.prepare<[], SendRow>(
      'SELECT * FROM outbox.send_job WHERE attachment IS NOT NULL ORDER BY id',
    ),
    setUnknownExpire: db.prepare<[number, string, number]>(
      `UPDATE outbox.send_job SET expire = ? WHERE channel_id = ? AND channel_type = ? AND expire = ${EXPIRE_UNKNOWN}`,
    ),
    remove: db.prepare<[number]>('DELETE FROM outbox.send_job WHERE id = ?'),
    countMarks: db.prepare<[]>(
      'UPDATE outbox.send_job SET attempts = max(attempts, 1), ahead = 0 WHERE ahead = 1',
    ),
  };
}
