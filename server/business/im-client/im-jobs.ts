/**
 * Durable queue of calls to the IM server: what a committed change owes to other devices (CMDs, system messages,
 * subscriber changes, erased payloads) is written in the change's own transaction and delivered afterwards, across
 * restarts and IM outages. Jobs of one lane run in order, lanes in parallel.
 */
import type { Db } from '../store/database.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { type ImApi, ImError } from './im-api.ts';

interface JobRow {
  id: number;
  lane: string;
  path: string;
  body: string;
  attempts: number;
  next_at: number;
}

export interface Log {
  info(message: string): void;
  warn(message: string): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/**
 * A call that the IM server refuses (4xx) is a fault of the call: dropped after this many tries. Outages are retried
 * for ever.
 */
const REFUSED_TRIES = 5;

/** Calls that only the embedded IM server has, and what is called instead at a real WuKongIM, if anything. */
const EMBEDDED_ONLY: Record<
  string,
  (body: Record<string, unknown>) => { path: string; body: unknown } | null
> = {
  '/message/erase': () => null,
  '/user/token_remove': ({ uid, device_flag, whole_class }) =>
    whole_class === 1 ? { path: '/user/device_quit', body: { uid, device_flag } } : null,
};

export class ImJobs {
  readonly #db: Db;
  readonly #im: ImApi;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #running = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(db: Db, im: ImApi, log: Log, now: () => number) {
    this.#db = db;
    this.#im = im;
    this.#log = log;
    this.#now = now;
  }

  /** Writes a job; call inside the transaction of the change, then `flush()` after it. */
  add(lane: string, path: string, body: unknown): void {
    this.#db.run(
      'INSERT INTO im_job(lane, path, body, next_at) VALUES (?, ?, ?, 0)',
      lane,
      path,
      JSON.stringify(body),
    );
  }

  /** Jobs not delivered yet. */
  pending(): number {
    return this.#db.get<{ n: number }>('SELECT count(*) n FROM im_job')?.n ?? 0;
  }

  /** Tries everything that is due; resolves when done or after `waitMs`, whichever is first. Never rejects. */
  async flush(waitMs = 2_000): Promise<void> {
    if (this.#closed) return;
    const lanes = this.#db.all<{ lane: string }>('SELECT DISTINCT lane FROM im_job');
    const work = Promise.all(lanes.map(({ lane }) => this.#runLane(lane)));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([work, limit]);
    clearTimeout(timer);
  }

  /** Starts delivering what an earlier run left behind. */
  start(): void {
    void this.flush();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.allSettled(this.#running.values());
  }

  #runLane(lane: string): Promise<void> {
    // Jobs added while the lane is running are picked up by its loop; one more pass closes the gap at its end.
    const previous = this.#running.get(lane) ?? Promise.resolve();
    const next = previous.then(() => this.#drain(lane));
    this.#running.set(lane, next);
    void next.finally(() => {
      if (this.#running.get(lane) === next) this.#running.delete(lane);
    });
    return next;
  }

  async #drain(lane: string): Promise<void> {
    while (!this.#closed) {
      const job = this.#db.get<JobRow>('SELECT * FROM im_job WHERE lane = ? ORDER BY id LIMIT 1', lane);
      if (!job) return;
      if (job.next_at > this.#now()) {
        this.#wakeAt(job.next_at);
        return;
      }
      if (!(await this.#attempt(job))) return;
    }
  }

  async #attempt(job: JobRow): Promise<boolean> {
    try {
      await this.#im.call('POST', job.path, job.body);
    } catch (error) {
      const status = error instanceof ImError ? error.status : 0;
      const reason = reasonOf(error);
      if (status === 404 && job.path in EMBEDDED_ONLY) {
        this.#db.transaction(() => {
          const instead = EMBEDDED_ONLY[job.path]?.(JSON.parse(job.body) as Record<string, unknown>);
          if (instead) this.add(job.lane, instead.path, instead.body);
          this.#remove(job);
        });
        return true;
      }
      const attempts = job.attempts + 1;
      if (status >= 400 && status < 500 && attempts >= REFUSED_TRIES) {
        this.#log.warn(`gave up a call to the IM server after ${attempts} tries: ${reason}`);
        this.#remove(job);
        return true;
      }
      const nextAt =
        this.#now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 10));
      if (this.#closed) return false;
      this.#db.run('UPDATE im_job SET attempts = ?, next_at = ? WHERE id = ?', attempts, nextAt, job.id);
      this.#log.warn(`call to the IM server failed, will be repeated: ${reason}`);
      this.#wakeAt(nextAt);
      return false;
    }
    this.#remove(job);
    return true;
  }

  #remove(job: JobRow): void {
    this.#db.run('DELETE FROM im_job WHERE id = ?', job.id);
  }

  #wakeAt(at: number): void {
    if (this.#closed || this.#timer) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.flush();
      },
      Math.max(50, at - this.#now()),
    );
    this.#timer.unref();
  }
}
