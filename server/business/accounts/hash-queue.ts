/**
 * The queue of password hashes, one at a time in a thread of its own. It is short, so that a full one is said at once
 * instead of making everybody wait, and fair: who asks much waits behind himself.
 */
import { Worker } from 'node:worker_threads';
import { refusal } from '../http/errors.ts';

export interface HashJob {
  password: string;
  salt: Uint8Array;
  keyBytes: number;
  N: number;
  r: number;
  p: number;
}

interface Waiting {
  job: HashJob;
  resolve: (key: Buffer) => void;
  reject: (error: Error) => void;
}

/** The thread ends after this long without work: it takes some MiB, and starts in no time. */
const IDLE_MS = 5_000;

/** What a request is told that found the queue full. */
export const busy = (): Error => refusal('服务器繁忙，请稍后再试！', 'busy');

export class HashQueue {
  readonly #maxWaiting: number;
  /** Waiting jobs by lane, in the order of the lanes' turns. */
  readonly #lanes = new Map<string, Waiting[]>();
  #waiting = 0;
  #current: Waiting | null = null;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * The derived key. `lane`: on whose behalf; lanes take turns. Throws the refusal `busy` at once when the queue is
   * full, and later when a lane with less to do needed the place of a job that was last in the longest lane.
   */
  derive(lane: string, job: HashJob): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#closed || !this.#makeRoom(lane)) {
        reject(busy());
        return;
      }
      const waiting = { job, resolve, reject };
      const own = this.#lanes.get(lane);
      if (own) own.push(waiting);
      else this.#lanes.set(lane, [waiting]);
      this.#waiting += 1;
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle) clearTimeout(this.#idle);
    for (const lane of this.#lanes.values()) for (const each of lane) each.reject(busy());
    this.#lanes.clear();
    this.#waiting = 0;
    this.#current?.reject(busy());
    this.#current = null;
    await this.#worker?.terminate();
  }

  #makeRoom(lane: string): boolean {
    if (this.#waiting < this.#maxWaiting) return true;
    let longest: Waiting[] = [];
    for (const each of this.#lanes.values()) if (each.length > longest.length) longest = each;
    if (longest.length <= (this.#lanes.get(lane)?.length ?? 0) + 1) return false;
    longest.pop()?.reject(busy());
    this.#waiting -= 1;
    return true;
  }

  #next(): void {
    if (this.#current || this.#closed) return;
    const [turn] = this.#lanes;
    if (!turn) {
      this.#idle ??= setTimeout(() => this.#endWorker(), IDLE_MS).unref();
      return;
    }
    const [lane, jobs] = turn;
    this.#current = jobs.shift() ?? null;
    this.#lanes.delete(lane);
    if (jobs.length > 0) this.#lanes.set(lane, jobs);
    if (!this.#current) return;
    this.#waiting -= 1;
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker ??= this.#startWorker();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(this.#current.job);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('hash-worker.ts', import.meta.url), {
      name: 'password-hashes',
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    worker.on('message', (answer: { key: Uint8Array } | { error: string }) => {
      const done = this.#current;
      this.#current = null;
      if ('key' in answer) done?.resolve(Buffer.from(answer.key));
      else done?.reject(new Error(`hashing a password failed: ${answer.error}`));
      this.#next();
    });
    // A thread that died takes its job along; the next job gets a new one.
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('the thread of the password hashes ended')));
    return worker;
  }

  #lost(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const lost = this.#current;
    this.#current = null;
    lost?.reject(error instanceof Error ? error : new Error(String(error)));
    this.#next();
  }

  #endWorker(): void {
    this.#idle = null;
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }
}
