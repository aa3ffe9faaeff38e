/**
 * Marks: the disk knows that the SENDs of a channel's next jobs may have been written, so that each of them goes out
 * without a wait for the disk (docs/outbox.md, `ahead`). What comes next in a channel is read once instead of before
 * each SEND.
 */
import type Database from 'better-sqlite3';
import { channelKey, type ChannelRef } from '../../../../../shared/domain.ts';
import type { SendJob } from '../../jobs.ts';
import { channelOf, type ChannelColumns } from './job-columns.ts';
import { neverTried, toSend, type SendRow } from './send-rows.ts';

/**
 * Jobs of a channel that are marked together. Each that was not sent costs one look-up in the history after a crash.
 */
const MARK_AHEAD = 32;
/** So many before the last of them the next ones are marked, while the server works. */
const MARKS_LOW = 8;

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

/** Every call that writes runs in the caller's transaction. */
export class MarkedSends {
  readonly #sql: ReturnType<typeof statements>;
  readonly #asItIs: (row: SendRow) => SendRow;
  /** By channel key. */
  readonly #upcoming = new Map<string, Upcoming>();
  #version: number | undefined;

  /** `asItIs`: the row with what only memory knows of it. */
  constructor(db: Database.Database, asItIs: (row: SendRow) => SendRow) {
    this.#sql = statements(db);
    this.#asItIs = asItIs;
    this.#version = this.#sql.dataVersion.get();
  }

  /** Marks this job and those that follow in its channel. */
  mark(row: SendRow): void {
    this.forget(row);
    if (row.ahead === 0 && neverTried(row)) this.#sql.markOne.run(row.id);
    this.#sql.markAhead.run(row.channel_id, row.channel_type, row.id);
  }

  /** Marks jobs that were just added, as far as not too many of their channel wait before them. */
  markNew(jobs: readonly SendJob[]): void {
    for (const { id, channel } of jobs) this.#sql.markNewOne.run({ id, ...channel });
  }

  /** What comes next in the channel, if it is marked and may go: neither tried before nor with an attachment. */
  next(after: SendJob): SendJob | null {
    return this.#after(after).jobs[0] ?? null;
  }

  /** Few of the marked jobs after this one are left, and there are more to mark. */
  runsLow(after: SendJob): boolean {
    // What was read for the SEND before this is good enough.
    const next = this.#upcoming.get(channelKey(after.channel)) ?? this.#after(after);
    return next.unmarked && next.jobs.length <= MARKS_LOW;
  }

  /** The SEND of this job is written: what comes after it is next. */
  started(job: SendRowId): void {
    const key = channelKey(job);
    const next = this.#upcoming.get(key);
    if (next?.jobs[0]?.id === job.id) {
      next.jobs.shift();
      next.after = job.id;
    } else this.#upcoming.delete(key);
  }

  /** What waits in this row's channel has changed. */
  forget(row: ChannelColumns): void {
    this.#upcoming.delete(channelKey(channelOf(row)));
  }

  forgetAll(): void {
    this.#upcoming.clear();
  }

  #after({ channel, id }: SendJob): Upcoming {
    const version = this.#sql.dataVersion.get();
    if (version !== this.#version) this.#upcoming.clear();
    this.#version = version;
    const key = channelKey(channel);
    const known = this.#upcoming.get(key);
    if (known && known.after <= id && id < (known.jobs[0]?.id ?? known.end)) return known;
    const rows = this.#sql.after.all(channel.channelId, channel.channelType, id).map(this.#asItIs);
    const at = rows.findIndex((row) => row.ahead === 0 || !neverTried(row) || row.attachment !== null);
    const stop = rows[at];
    const last = rows.length > MARK_AHEAD ? rows.at(-1) : undefined;
    const next: Upcoming = {
      after: id,
      jobs: (stop ? rows.slice(0, at) : rows).map(toSend),
      end: stop?.id ?? last?.id ?? Infinity,
      unmarked: stop?.ahead === 0 && neverTried(stop) && stop.attachment === null,
    };
    this.#upcoming.set(key, next);
    return next;
  }
}

function statements(db: Database.Database) {
  return {
    after: db.prepare<[string, number, number], SendRow>(
      `SELECT * FROM outbox.send_job WHERE channel_id = ? AND channel_type = ? AND id > ? AND state <> 'failed'
       ORDER BY id LIMIT ${MARK_AHEAD + 1}`,
    ),
    markAhead: db.prepare<[string, number, number]>(
      `UPDATE outbox.send_job SET ahead = 1 WHERE id IN (SELECT id FROM outbox.send_job WHERE channel_id = ?
       AND channel_type = ? AND id > ? AND state = 'queued' AND attempts = 0 AND attachment IS NULL
       ORDER BY id LIMIT ${MARK_AHEAD - 1})`,
    ),
    markOne: db.prepare<[number]>('UPDATE outbox.send_job SET ahead = 1 WHERE id = ?'),
    markNewOne: db.prepare<[SendRowId]>(
      `UPDATE outbox.send_job SET ahead = 1 WHERE id = @id AND attachment IS NULL
       AND (SELECT count(*) FROM (SELECT 1 FROM outbox.send_job WHERE channel_id = @channelId
         AND channel_type = @channelType AND id < @id AND state <> 'failed' LIMIT ${MARK_AHEAD})) < ${MARK_AHEAD}`,
    ),
    /** Changes when another connection has written. */
    dataVersion: db.prepare<[], number>('PRAGMA outbox.data_version').pluck(),
  };
}
