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
/** Calls of one lane that are made as one. */
const MOST_AT_ONCE = 100;
/**
 * Calls that the embedded IM server also takes many of at once, in order: {calls: [body …]}, all of them or none. The
 * bodies wait as JSON texts, so they are joined and not written anew.
 */
const MANY: Record<string, string> = {
  '/message/send': '/message/send_many',
  '/message/erase': '/message/erase_many',
};
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
  /** Passes that wait for the one before: whoever asks meanwhile shares it. */
  readonly #next = new Map<string, Promise<void>>();
  #flushing: Promise<unknown> | null = null;
  /** A real WuKongIM does not. */
  #takesMany = true;
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
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    await Promise.race([this.#round(), limit]);
    clearTimeout(timer);
  }

  /** One pass over every lane, shared by all who ask for one in the same moment: what a group commit has answered. */
  #round(): Promise<unknown> {
    this.#flushing ??= Promise.resolve().then(() => {
      this.#flushing = null;
      const lanes = this.#db.all<{ lane: string }>('SELECT DISTINCT lane FROM im_job');
      return Promise.all(lanes.map(({ lane }) => this.#runLane(lane)));
    });
    return this.#flushing;
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
    const waiting = this.#next.get(lane);
    if (waiting) return waiting;
    // Jobs added while the lane is running are this pass's.
    const pass = (this.#running.get(lane) ?? Promise.resolve())
      .then(() => {
        this.#next.delete(lane);
        this.#running.set(lane, pass);
        return this.#drain(lane);
      })
      .catch((error: unknown) => {
        this.#log.warn(
          `the queue to the IM server could not be written, will be repeated: ${reasonOf(error)}`,
        );
        this.#wakeAt(this.#now() + FIRST_RETRY_MS);
      })
      .finally(() => {
        if (this.#running.get(lane) === pass) this.#running.delete(lane);
      });
    this.#next.set(lane, pass);
    return pass;
  }

  /** Works off what the lane holds now: under a steady flow somebody waits for this pass. */
  async #drain(lane: string): Promise<void> {
    if (this.#closed) return;
    const last = this.#db.get<{ id: number | null }>('SELECT max(id) AS id FROM im_job WHERE lane = ?', lane);
    const upTo = last?.id ?? 0;
    while (!this.#closed) {
      const jobs = this.#db.all<JobRow>(
        'SELECT * FROM im_job WHERE lane = ? AND id <= ? ORDER BY id LIMIT ?',
        lane,
        upTo,
        this.#takesMany ? MOST_AT_ONCE : 1,
      );
      const [first] = jobs;
      if (!first) return;
      if (first.next_at > this.#now()) {
        this.#wakeAt(first.next_at);
        return;
      }
      const many = this.#alike(first, jobs);
      if (!(many.length > 1 ? await this.#attemptMany(first, many) : await this.#attempt(first))) return;
    }
  }

  /** The calls the lane begins with that can be made as one. What was tried already is tried alone. */
  #alike(first: JobRow, jobs: readonly JobRow[]): readonly JobRow[] {
    if (!(first.path in MANY)) return [first];
    const other = jobs.findIndex((job) => job.path !== first.path || job.attempts > 0);
    return other < 0 ? jobs : jobs.slice(0, other);
  }

  async #attemptMany(first: JobRow, jobs: readonly JobRow[]): Promise<boolean> {
    try {
      const body = `{"calls":[${jobs.map((job) => job.body).join(',')}]}`;
      await this.#im.call('POST', MANY[first.path] ?? '', body);
    } catch (error) {
      const status = error instanceof ImError ? error.status : 0;
      if (status === 404) this.#takesMany = false;
      // One of them is refused: alone it shows which.
      return status >= 400 && status < 500 ? this.#attempt(first) : this.#failed(first, error);
    }
    await this.#remove(jobs);
    return true;
  }

  async #attempt(job: JobRow): Promise<boolean> {
    try {
      await this.#im.call('POST', job.path, job.body);
    } catch (error) {
      return this.#failed(job, error);
    }
    await this.#remove([job]);
    return true;
  }

  /** True when the lane goes on: the call was replaced or given up. */
  async #failed(job: JobRow, error: unknown): Promise<boolean> {
    const status = error instanceof ImError ? error.status : 0;
    const reason = reasonOf(error);
    if (status === 404 && job.path in EMBEDDED_ONLY) {
      const instead = EMBEDDED_ONLY[job.path]?.(JSON.parse(job.body) as Record<string, unknown>);
      if (!instead) await this.#remove([job]);
      else {
        const { path, body } = instead;
        this.#db.run('UPDATE im_job SET path = ?, body = ? WHERE id = ?', path, JSON.stringify(body), job.id);
      }
      return true;
    }
    const attempts = job.attempts + 1;
    if (status >= 400 && status < 500 && attempts >= REFUSED_TRIES) {
      this.#log.warn(`gave up a call to the IM server after ${attempts} tries: ${reason}`);
      await this.#remove([job]);
      return true;
    }
    const nextAt = this.#now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 10));
    if (this.#closed) return false;
    this.#db.run('UPDATE im_job SET attempts = ?, next_at = ? WHERE id = ?', attempts, nextAt, job.id);
    this.#log.warn(`call to the IM server failed, will be repeated: ${reason}`);
    this.#wakeAt(nextAt);
    return false;
  }

  /** Lanes that end at the same time, and the changes that come meanwhile, wait for the disk once. */
  #remove(jobs: readonly JobRow[]): Promise<void> {
    return this.#db.together(() => {
      for (const { id } of jobs) this.#db.run('DELETE FROM im_job WHERE id = ?', id);
    });
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
