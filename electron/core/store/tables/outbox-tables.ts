/**
 * outbox.db: what the user composed or decided and the server has not confirmed. Jobs are few; recall jobs and the
 * keys of send jobs are mirrored in memory because every message view asks for them.
 */
import { channelKey, messageKey, type ChannelRef } from '../../../../shared/domain.ts';
import type { DraftContent } from '../../../../shared/ipc/contract.ts';
import { parsePayload, type Mention } from '../../../../shared/content/message-content.ts';
import type { ActionJob, Attachment, NewRecall, NewSend, RecallJob, SendJob } from '../jobs.ts';
import type { StoreContext } from '../context.ts';
import { blankQuotes, isPayload, quotedIds } from './messages/payload.ts';

interface ChannelColumns {
  channel_type: number;
  channel_id: string;
}
interface SendRow extends ChannelColumns {
  id: number;
  client_msg_no: string;
  payload: string;
  quote_message_id: string | null;
  forward_of: string | null;
  timestamp: number;
  state: SendJob['state'];
  attempts: number;
  reason: string | null;
  detail: string | null;
  recall_on_ack: number;
  setting: number;
  /** JSON of an `Attachment`. */
  attachment: string | null;
  ahead: number;
}
/** Marked jobs of a channel that come one after the other. */
interface Upcoming {
  /** Ids: nothing waits between `after` and the first of `jobs`, and `end` comes after the last of them. */
  after: number;
  jobs: SendJob[];
  end: number;
  /** What comes at `end` may be marked. */
  unmarked: boolean;
}
interface SendRowId extends ChannelRef {
  id: number;
}
interface RecallRow extends ChannelColumns {
  id: number;
  message_key: string;
  message_id: string;
  client_msg_no: string;
  state: RecallJob['state'];
  attempts: number;
  next_try_at: number;
}
interface ActionRow extends ChannelColumns {
  id: number;
  kind: ActionJob['kind'];
  args: string;
  attempts: number;
  next_try_at: number;
}
interface DraftRow extends ChannelColumns {
  text: string;
  mention: string;
  mention_names: string;
  reply_to: string | null;
}

export interface OutboxTables {
  addSend(job: NewSend): SendJob;
  nextSends(): SendJob[];
  sendJob(channel: ChannelRef, key: string): SendJob | null;
  sendById(id: number): SendJob | null;
  sendJobs(channel: ChannelRef): SendJob[];
  /** Newest job of a channel. */
  lastSend(channel: ChannelRef): SendJob | undefined;
  /** Newest job of every channel that has one, by channel key. */
  lastSends(): Map<string, SendJob>;
  updateSend(
    id: number,
    change: Partial<Pick<SendJob, 'state' | 'attempts' | 'reason' | 'detail' | 'recallOnAck'>>,
  ): void;
  /** Whether `mark` would have to write anything for this job. */
  needsMark(id: number): boolean;
  /** So that the disk knows that the SENDs of this job and of those that follow in its channel may have been written. */
  mark(id: number): void;
  /** Marks jobs that were just added, as far as not too many of their channel wait before them. */
  markNew(jobs: readonly SendJob[]): void;
  /** Few of the marked jobs after this one are left, and there are more to mark. */
  runsLow(after: SendJob): boolean;
  /** The job's SEND is written next. The first time, which has to be marked, only memory learns of it. */
  startSend(id: number): void;
  /** Whether that has to be written down: it was tried before. */
  startIsWritten(id: number): boolean;
  /** What comes next in the channel, if it is marked and may go: neither tried before nor with an attachment. */
  nextMarked(after: SendJob): SendJob | null;
  removeSend(id: number): void;
  pendingUploads(): SendJob[];
  setUploaded(id: number, url: string): void;
  attachmentFiles(): string[];
  /** The message changed: what waits here and quotes it looks different. */
  markQuotingSends(messageId: string): void;
  addRecall(job: NewRecall): RecallJob;
  recallJobs(): RecallJob[];
  recallJob(channel: ChannelRef, key: string): RecallJob | null;
  recallById(id: number): RecallJob | null;
  updateRecall(id: number, change: Partial<Pick<RecallJob, 'state' | 'attempts' | 'nextTryAtMs'>>): void;
  removeRecall(id: number): void;
  addAction(job: Omit<ActionJob, 'id' | 'attempts' | 'nextTryAtMs'>, nextTryAtMs?: number): ActionJob;
  actionJobs(): ActionJob[];
  updateAction(id: number, change: Partial<Pick<ActionJob, 'attempts' | 'nextTryAtMs'>>): void;
  removeAction(id: number): void;
  draft(channel: ChannelRef): DraftContent | null;
  draftTexts(): Map<string, string>;
  setDraft(channel: ChannelRef, draft: DraftContent): void;
  jobCount(): number;
  requeueSends(): void;
  /** After a start: sends and recalls that were on the wire wait for their turn again. */
  resetInterrupted(): void;
  /**
   * Takes everything out of the outbox that still carries what the given messages said. `keys`: `recallKey()`. Answers
   * those of the ids and keys for which something was there.
   */
  eraseRecalled(messageIds: ReadonlySet<string>, keys: ReadonlySet<string>): ReadonlySet<string>;
}

const channelOf = (row: ChannelColumns): ChannelRef => ({
  channelId: row.channel_id,
  channelType: row.channel_type,
});

function toSend(row: SendRow): SendJob {
  const payload: unknown = JSON.parse(row.payload);
  return {
    id: row.id,
    channel: channelOf(row),
    clientMsgNo: row.client_msg_no,
    payload: isPayload(payload) ? payload : {},
    timestamp: row.timestamp,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    detail: row.detail,
    recallOnAck: row.recall_on_ack === 1,
    forwardOf: row.forward_of,
    setting: row.setting,
    attachment: row.attachment === null ? null : (JSON.parse(row.attachment) as Attachment),
  };
}
/** The bytes of a message with an attachment are on the server once its payload has an address. */
export const needsUpload = (job: Pick<SendJob, 'attachment' | 'payload'>): boolean =>
  Boolean(job.attachment) && !job.payload['url'];
const toRecall = (row: RecallRow): RecallJob => ({
  id: row.id,
  channel: channelOf(row),
  messageKey: row.message_key,
  messageId: row.message_id,
  clientMsgNo: row.client_msg_no,
  state: row.state,
  attempts: row.attempts,
  nextTryAtMs: row.next_try_at,
});
function toAction(row: ActionRow): ActionJob {
  const args: unknown = JSON.parse(row.args);
  return {
    id: row.id,
    kind: row.kind,
    channel: channelOf(row),
    args: isPayload(args) ? args : {},
    attempts: row.attempts,
    nextTryAtMs: row.next_try_at,
  };
}

/** A message key with its channel. */
export const recallKey = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

/** Jobs of a channel that are marked together. Each that was not sent costs one look-up in the history after a crash. */
const MARK_AHEAD = 32;
/** So many before the last of them the next ones are marked, while the server works. */
const MARKS_LOW = 8;

export function createOutboxTables(ctx: StoreContext): OutboxTables {
  const { db, changes, me } = ctx;
  const insertSend = db.prepare<[Omit<SendRow, 'id' | 'ahead'>]>(
    `INSERT INTO outbox.send_job (channel_type, channel_id, client_msg_no, payload, quote_message_id, forward_of,
     timestamp, state, attempts, reason, detail, recall_on_ack, setting, attachment) VALUES (@channel_type, @channel_id, @client_msg_no,
     @payload, @quote_message_id, @forward_of, @timestamp, @state, @attempts, @reason, @detail, @recall_on_ack, @setting, @attachment)`,
  );
  const allSends = db.prepare<[], SendRow>('SELECT * FROM outbox.send_job ORDER BY id');
  const headRows = db.prepare<[], SendRow>(
    `SELECT * FROM outbox.send_job WHERE id IN (SELECT min(id) FROM outbox.send_job WHERE state <> 'failed'
     GROUP BY channel_id, channel_type) ORDER BY id`,
  );
  const sendsAfter = db.prepare<[string, number, number], SendRow>(
    `SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? AND id > ? AND state <> 'failed'
     ORDER BY id LIMIT ${MARK_AHEAD + 1}`,
  );
  const markAhead = db.prepare<[string, number, number]>(
    `UPDATE outbox.send_job SET ahead = 1 WHERE id IN (SELECT id FROM outbox.send_job WHERE channel_id = ?
     AND channel_type = ? AND id > ? AND state = 'queued' AND attempts = 0 AND attachment IS NULL
     ORDER BY id LIMIT ${MARK_AHEAD - 1})`,
  );
  const markOne = db.prepare<[number]>('UPDATE outbox.send_job SET ahead = 1 WHERE id = ?');
  const markNewOne = db.prepare<[SendRowId]>(
    `UPDATE outbox.send_job SET ahead = 1 WHERE id = @id AND attachment IS NULL
     AND (SELECT count(*) FROM (SELECT 1 FROM outbox.send_job WHERE channel_id = @channelId
       AND channel_type = @channelType AND id < @id AND state <> 'failed' LIMIT ${MARK_AHEAD})) < ${MARK_AHEAD}`,
  );
  const getSend = db.prepare<[number], SendRow>('SELECT * FROM outbox.send_job WHERE id = ?');
  const sendByNo = db.prepare<[string], SendRow>('SELECT * FROM outbox.send_job WHERE client_msg_no = ?');
  const sendsOf = db.prepare<[string, number], SendRow>(
    'SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? ORDER BY id',
  );
  const lastSendRow = db.prepare<[string, number], SendRow>(
    'SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? ORDER BY id DESC LIMIT 1',
  );
  const lastSendRows = db.prepare<[], SendRow>(
    'SELECT * FROM outbox.send_job WHERE id IN (SELECT max(id) FROM outbox.send_job GROUP BY channel_id, channel_type)',
  );
  const updateSendRow = db.prepare<[SendRow]>(
    `UPDATE outbox.send_job SET state = @state, attempts = @attempts, reason = @reason, detail = @detail,
     recall_on_ack = @recall_on_ack, payload = @payload, ahead = @ahead WHERE id = @id`,
  );
  const attachedSends = db.prepare<[], SendRow>(
    'SELECT * FROM outbox.send_job WHERE attachment IS NOT NULL ORDER BY id',
  );
  const deleteSend = db.prepare<[number]>('DELETE FROM outbox.send_job WHERE id = ?');
  const insertRecall = db.prepare<[Omit<RecallRow, 'id'>]>(
    `INSERT INTO outbox.recall_job (channel_type, channel_id, message_key, message_id, client_msg_no, state, attempts,
     next_try_at) VALUES (@channel_type, @channel_id, @message_key, @message_id, @client_msg_no, @state, @attempts,
     @next_try_at)`,
  );
  const allRecalls = db.prepare<[], RecallRow>('SELECT * FROM outbox.recall_job ORDER BY id');
  const updateRecallRow = db.prepare<[string, number, number, number]>(
    'UPDATE outbox.recall_job SET state = ?, attempts = ?, next_try_at = ? WHERE id = ?',
  );
  const deleteRecall = db.prepare<[number]>('DELETE FROM outbox.recall_job WHERE id = ?');
  const insertAction = db.prepare<[string, number, string, string, number]>(
    'INSERT INTO outbox.action_job (kind, channel_type, channel_id, args, attempts, next_try_at) VALUES (?, ?, ?, ?, 0, ?)',
  );
  const allActions = db.prepare<[], ActionRow>('SELECT * FROM outbox.action_job ORDER BY id');
  const getAction = db.prepare<[number], ActionRow>('SELECT * FROM outbox.action_job WHERE id = ?');
  const updateActionRow = db.prepare<[string, number, number, number]>(
    'UPDATE outbox.action_job SET args = ?, attempts = ?, next_try_at = ? WHERE id = ?',
  );
  const deleteAction = db.prepare<[number]>('DELETE FROM outbox.action_job WHERE id = ?');
  const getDraft = db.prepare<[string, number], DraftRow>(
    'SELECT * FROM outbox.draft WHERE channel_id = ? AND channel_type = ?',
  );
  const allDrafts = db.prepare<[], DraftRow>('SELECT * FROM outbox.draft');
  const putDraft = db.prepare<[DraftRow]>(
    `INSERT OR REPLACE INTO outbox.draft (channel_type, channel_id, text, mention, mention_names, reply_to)
     VALUES (@channel_type, @channel_id, @text, @mention, @mention_names, @reply_to)`,
  );
  const deleteDraft = db.prepare<[string, number]>(
    'DELETE FROM outbox.draft WHERE channel_id = ? AND channel_type = ?',
  );
  const counts = db.prepare<[], { jobs: number }>(
    `SELECT (SELECT count(*) FROM outbox.send_job) + (SELECT count(*) FROM outbox.recall_job)
     + (SELECT count(*) FROM outbox.action_job) AS jobs`,
  );

  /**
   * Marked jobs whose SEND was written in this process: the disk need not hear of it, a start makes an attempt of every
   * mark. Whatever else is written about such a job writes that down too, and takes the mark off: from then on the row
   * says it. So nothing has to be undone here when a transaction rolls back.
   */
  const underWay = new Set<number>();
  const asItIs = (row: SendRow): SendRow =>
    row.ahead === 1 && underWay.has(row.id)
      ? { ...row, state: 'sending', attempts: row.attempts + 1, ahead: 0 }
      : row;
  const sendRow = (id: number): SendRow | undefined => {
    const row = getSend.get(id);
    return row && asItIs(row);
  };
  const jobOf = (row: SendRow): SendJob => toSend(asItIs(row));

  /** What comes next in a channel, read once instead of before each SEND; by channel key. */
  const upcoming = new Map<string, Upcoming>();
  /** Changes when another connection (the leak check's) has written. */
  const dataVersion = db.prepare<[], number>('PRAGMA outbox.data_version').pluck();
  let upcomingVersion = dataVersion.get();
  const neverTried = (row: SendRow): boolean => row.state === 'queued' && row.attempts === 0;
  function upcomingAfter({ channel, id }: SendJob): Upcoming {
    const version = dataVersion.get();
    if (version !== upcomingVersion) upcoming.clear();
    upcomingVersion = version;
    const key = channelKey(channel);
    const known = upcoming.get(key);
    if (known && known.after <= id && id < (known.jobs[0]?.id ?? known.end)) return known;
    const rows = sendsAfter.all(channel.channelId, channel.channelType, id).map(asItIs);
    const at = rows.findIndex((row) => row.ahead === 0 || !neverTried(row) || row.attachment !== null);
    const stop = rows[at];
    const last = rows.length > MARK_AHEAD ? rows.at(-1) : undefined;
    const next: Upcoming = {
      after: id,
      jobs: (stop ? rows.slice(0, at) : rows).map(toSend),
      end: stop?.id ?? last?.id ?? Infinity,
      unmarked: stop?.ahead === 0 && neverTried(stop) && stop.attachment === null,
    };
    upcoming.set(key, next);
    return next;
  }
  const forgetUpcoming = (row: ChannelColumns): void => void upcoming.delete(channelKey(channelOf(row)));
  function saveSend(row: SendRow): void {
    forgetUpcoming(row);
    updateSendRow.run(row);
  }

  // Mirrors; null = not loaded (at start and after a rollback).
  let recallMirror: Map<number, RecallJob> | null = null;
  let recallByKey = new Map<string, RecallJob>();
  let sendNos: Set<string> | null = null;
  let quotedBySends: Set<string> | null = null;
  let erasable: boolean | null = null;
  ctx.onRollback(() => {
    recallMirror = null;
    sendNos = null;
    quotedBySends = null;
    erasable = null;
    upcoming.clear();
  });

  function recalls(): Map<number, RecallJob> {
    if (recallMirror) return recallMirror;
    recallMirror = new Map(allRecalls.all().map((row) => [row.id, toRecall(row)]));
    recallByKey = new Map();
    for (const job of recallMirror.values()) recallByKey.set(recallKey(job.channel, job.messageKey), job);
    return recallMirror;
  }
  function pendingSends(): Set<string> {
    sendNos ??= new Set(allSends.all().map((row) => row.client_msg_no));
    return sendNos;
  }
  /** Is there anything in the outbox that could quote or edit another message? */
  function mayHoldQuotes(): boolean {
    erasable ??= pendingSends().size > 0 || allActions.all().length > 0 || allDrafts.all().length > 0;
    return erasable;
  }

  function markRecall(job: RecallJob): void {
    changes.message(job.channel, job.messageKey);
    changes.conversation(job.channel);
  }
  const ownKey = (clientMsgNo: string): string =>
    messageKey({ fromUid: me.uid, clientMsgNo, messageId: null });
  function markSend(job: SendJob): void {
    changes.message(job.channel, ownKey(job.clientMsgNo));
    changes.conversation(job.channel);
  }

  const self: OutboxTables = {
    addSend(job) {
      const info = insertSend.run({
        channel_type: job.channel.channelType,
        channel_id: job.channel.channelId,
        client_msg_no: job.clientMsgNo,
        payload: JSON.stringify(job.payload),
        quote_message_id: parsePayload(job.payload).reply?.messageId ?? null,
        forward_of: job.forwardOf ?? null,
        timestamp: Math.trunc(job.timestamp),
        state: 'queued',
        attempts: 0,
        reason: null,
        detail: null,
        recall_on_ack: 0,
        setting: job.setting ?? 0,
        attachment: job.attachment ? JSON.stringify(job.attachment) : null,
      });
      pendingSends().add(job.clientMsgNo);
      quotedBySends = null;
      erasable = true;
      const row = getSend.get(Number(info.lastInsertRowid));
      if (!row) throw new Error('a send job vanished right after it was stored');
      forgetUpcoming(row);
      const stored = toSend(row);
      changes.message(stored.channel, ownKey(stored.clientMsgNo));
      changes.conversation(stored.channel);
      return stored;
    },
    nextSends() {
      if (pendingSends().size === 0) return [];
      const heads = headRows
        .all()
        .map(asItIs)
        .filter((row) => row.state === 'queued');
      return heads.map(toSend).filter((job) => !needsUpload(job));
    },
    sendJob(channel, key) {
      const prefix = `${me.uid}:`;
      if (!key.startsWith(prefix)) return null;
      const clientMsgNo = key.slice(prefix.length);
      if (!pendingSends().has(clientMsgNo)) return null;
      const row = sendByNo.get(clientMsgNo);
      if (!row || channelKey(channelOf(row)) !== channelKey(channel)) return null;
      return jobOf(row);
    },
    sendById(id) {
      const row = sendRow(id);
      return row ? toSend(row) : null;
    },
    sendJobs(channel) {
      return pendingSends().size === 0 ? [] : sendsOf.all(channel.channelId, channel.channelType).map(jobOf);
    },
    lastSend(channel) {
      const row = pendingSends().size === 0 ? null : lastSendRow.get(channel.channelId, channel.channelType);
      return row ? jobOf(row) : undefined;
    },
    lastSends() {
      const last = new Map<string, SendJob>();
      if (pendingSends().size === 0) return last;
      for (const row of lastSendRows.iterate()) last.set(channelKey(channelOf(row)), jobOf(row));
      return last;
    },
    updateSend(id, change) {
      const row = sendRow(id);
      if (!row) return;
      saveSend({
        ...row,
        state: change.state ?? row.state,
        attempts: change.attempts ?? row.attempts,
        reason: change.reason === undefined ? row.reason : change.reason,
        detail: change.detail === undefined ? row.detail : change.detail,
        recall_on_ack: change.recallOnAck === undefined ? row.recall_on_ack : Number(change.recallOnAck),
      });
      markSend(toSend(row));
    },
    needsMark(id) {
      const row = sendRow(id);
      return row !== undefined && row.ahead === 0 && row.attempts === 0;
    },
    mark(id) {
      const row = sendRow(id);
      if (!row) return;
      forgetUpcoming(row);
      if (row.ahead === 0 && neverTried(row)) markOne.run(id);
      markAhead.run(row.channel_id, row.channel_type, id);
    },
    markNew(jobs) {
      for (const { id, channel } of jobs) markNewOne.run({ id, ...channel });
    },
    runsLow(after) {
      // What was read for the SEND before this is good enough.
      const next = upcoming.get(channelKey(after.channel)) ?? upcomingAfter(after);
      return next.unmarked && next.jobs.length <= MARKS_LOW;
    },
    startIsWritten: (id) => (sendRow(id)?.attempts ?? 0) > 0,
    startSend(id) {
      const row = sendRow(id);
      if (!row) return;
      if (row.attempts === 0) {
        const key = channelKey(channelOf(row));
        const next = upcoming.get(key);
        if (next?.jobs[0]?.id === id) {
          next.jobs.shift();
          next.after = id;
        } else upcoming.delete(key);
        underWay.add(id);
      } else saveSend({ ...row, state: 'sending', attempts: row.attempts + 1, reason: null, detail: null });
      markSend(toSend(row));
    },
    nextMarked: (after) => upcomingAfter(after).jobs[0] ?? null,
    removeSend(id) {
      const row = sendRow(id);
      if (!row) return;
      // What is under way comes before all that is upcoming.
      if (row.state !== 'sending') forgetUpcoming(row);
      deleteSend.run(id);
      ctx.afterCommit(() => underWay.delete(id));
      pendingSends().delete(row.client_msg_no);
      markSend(toSend(row));
    },
    pendingUploads: () =>
      pendingSends().size === 0
        ? []
        : attachedSends
            .all()
            .map(asItIs)
            .filter((row) => row.state === 'queued')
            .map(toSend)
            .filter(needsUpload),
    setUploaded(id, url) {
      const row = sendRow(id);
      if (!row) return;
      const job = toSend(row);
      saveSend({ ...row, payload: JSON.stringify({ ...job.payload, url }) });
      markSend(job);
    },
    attachmentFiles: () => attachedSends.all().map((row) => toSend(row).attachment?.file ?? ''),
    markQuotingSends(messageId) {
      if (pendingSends().size === 0) return;
      quotedBySends ??= new Set(allSends.all().flatMap((row) => row.quote_message_id ?? []));
      if (!quotedBySends.has(messageId)) return;
      for (const row of allSends.all()) {
        if (row.quote_message_id === messageId) markSend(toSend(row));
      }
    },
    addRecall(job) {
      const existing = self.recallJob(job.channel, job.messageKey);
      if (existing) return existing;
      const info = insertRecall.run({
        channel_type: job.channel.channelType,
        channel_id: job.channel.channelId,
        message_key: job.messageKey,
        message_id: job.messageId,
        client_msg_no: job.clientMsgNo,
        state: 'pending',
        attempts: 0,
        next_try_at: 0,
      });
      const stored: RecallJob = {
        ...job,
        id: Number(info.lastInsertRowid),
        state: 'pending',
        attempts: 0,
        nextTryAtMs: 0,
      };
      recalls().set(stored.id, stored);
      recallByKey.set(recallKey(stored.channel, stored.messageKey), stored);
      markRecall(stored);
      return stored;
    },
    recallJobs: () => [...recalls().values()],
    recallJob(channel, key) {
      return recalls().size === 0 ? null : (recallByKey.get(recallKey(channel, key)) ?? null);
    },
    recallById: (id) => recalls().get(id) ?? null,
    updateRecall(id, change) {
      const job = recalls().get(id);
      if (!job) return;
      const next: RecallJob = {
        ...job,
        state: change.state ?? job.state,
        attempts: change.attempts ?? job.attempts,
        nextTryAtMs: change.nextTryAtMs ?? job.nextTryAtMs,
      };
      updateRecallRow.run(next.state, next.attempts, Math.trunc(next.nextTryAtMs), id);
      recalls().set(id, next);
      recallByKey.set(recallKey(next.channel, next.messageKey), next);
      if (next.state !== job.state) markRecall(next);
    },
    removeRecall(id) {
      const job = recalls().get(id);
      if (!job) return;
      deleteRecall.run(id);
      recalls().delete(id);
      recallByKey.delete(recallKey(job.channel, job.messageKey));
      markRecall(job);
    },
    addAction(job, nextTryAtMs = 0) {
      const info = insertAction.run(
        job.kind,
        job.channel.channelType,
        job.channel.channelId,
        JSON.stringify(job.args),
        Math.trunc(nextTryAtMs),
      );
      erasable = true;
      return { ...job, id: Number(info.lastInsertRowid), attempts: 0, nextTryAtMs };
    },
    actionJobs: () => allActions.all().map(toAction),
    updateAction(id, change) {
      const row = getAction.get(id);
      if (!row) return;
      updateActionRow.run(
        row.args,
        change.attempts ?? row.attempts,
        Math.trunc(change.nextTryAtMs ?? row.next_try_at),
        id,
      );
    },
    removeAction: (id) => void deleteAction.run(id),
    draft(channel) {
      const row = getDraft.get(channel.channelId, channel.channelType);
      if (!row) return null;
      return {
        text: row.text,
        mention: JSON.parse(row.mention) as Mention,
        mentionNames: JSON.parse(row.mention_names) as Record<string, string>,
        replyToMessageId: row.reply_to,
      };
    },
    draftTexts: () => new Map(allDrafts.all().map((row) => [channelKey(channelOf(row)), row.text])),
    setDraft(channel, draft) {
      if (draft.text === '') deleteDraft.run(channel.channelId, channel.channelType);
      else {
        putDraft.run({
          channel_type: channel.channelType,
          channel_id: channel.channelId,
          text: draft.text,
          mention: JSON.stringify(draft.mention),
          mention_names: JSON.stringify(draft.mentionNames),
          reply_to: draft.replyToMessageId,
        });
        erasable = true;
      }
      changes.conversation(channel);
    },
    requeueSends() {
      for (const row of allSends.all().map(asItIs)) {
        if (row.state === 'sending') self.updateSend(row.id, { state: 'queued' });
      }
    },
    resetInterrupted() {
      self.requeueSends();
      upcoming.clear();
      db.exec('UPDATE outbox.send_job SET attempts = max(attempts, 1), ahead = 0 WHERE ahead = 1');
      db.exec("UPDATE outbox.recall_job SET state = 'queued', next_try_at = 0");
      recallMirror = null;
    },
    jobCount: () => counts.get()?.jobs ?? 0,
    eraseRecalled(messageIds, keys) {
      for (const job of recalls().values()) {
        if (messageIds.has(job.messageId) || keys.has(recallKey(job.channel, job.messageKey)))
          self.removeRecall(job.id);
      }
      const touched = new Set<string>();
      if (!mayHoldQuotes()) return touched;
      const payloads = [
        ...allSends.all().map((row) => eraseInSend(asItIs(row), messageIds, touched)),
        ...allActions.all().map((row) => eraseInAction(row, messageIds, keys, touched)),
      ].filter((payload) => payload !== null);
      if (payloads.length > 0)
        ctx.afterCommit(() => ctx.onContentErased?.({ by: 'recall', messageIds: [...messageIds], payloads }));
      for (const row of allDrafts.all()) {
        if (row.reply_to === null || !messageIds.has(row.reply_to)) continue;
        putDraft.run({ ...row, reply_to: null });
        touched.add(row.reply_to);
        changes.conversation(channelOf(row));
      }
      return touched;
    },
  };

  /** Answers the payload of a forward that was dropped. */
  function eraseInSend(row: SendRow, messageIds: ReadonlySet<string>, touched: Set<string>): string | null {
    if (row.forward_of !== null && messageIds.has(row.forward_of) && row.state !== 'sending') {
      self.removeSend(row.id);
      touched.add(row.forward_of);
      return row.payload;
    }
    if (row.quote_message_id === null || !messageIds.has(row.quote_message_id)) return null;
    const payload = JSON.stringify(blankQuotes(JSON.parse(row.payload), messageIds));
    if (payload !== row.payload) {
      saveSend({ ...row, payload });
      touched.add(row.quote_message_id);
    }
    markSend(toSend(row));
    return null;
  }

  /** Answers the payload of an edit that was dropped. */
  function eraseInAction(
    row: ActionRow,
    messageIds: ReadonlySet<string>,
    keys: ReadonlySet<string>,
    touched: Set<string>,
  ): string | null {
    const job = toAction(row);
    const targets = [job.args['messageId'], job.args['messageKey'], job.args['key']];
    const concerned = targets
      .filter((target) => typeof target === 'string')
      .flatMap((target) => [target, recallKey(job.channel, target)])
      .filter((name) => messageIds.has(name) || keys.has(name));
    if (job.kind === 'edit' && concerned.length > 0) {
      for (const name of concerned) touched.add(name);
      deleteAction.run(row.id);
      const { payload } = job.args;
      return payload === undefined ? null : JSON.stringify(payload);
    }
    const args = JSON.stringify(blankQuotes(job.args, messageIds));
    if (args !== row.args) {
      updateActionRow.run(args, row.attempts, row.next_try_at, row.id);
      for (const id of quotedIds(job.args)) if (messageIds.has(id)) touched.add(id);
    }
    return null;
  }

  return self;
}
