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

/** On whose behalf a hash is made: addresses take turns, and of one address those who have signed in from there. */
export interface Lane {
  address: string;
  /** `STRANGERS`, or the account that is known there. */
  account: string;
}

export const STRANGERS = '';

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
  /** Waiting jobs by address and account, each in the order of their turns. None of these is empty. */
  readonly #waitingOf = new Map<string, Map<string, Waiting[]>>();
  #waiting = 0;
  #current: Waiting | null = null;
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * The derived key. Throws the refusal `busy` at once when the queue is full, and later when somebody with less to do
   * needed the place (`#victim`).
   */
  derive(lane: Lane, job: HashJob): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#closed || !this.#makeRoom(lane)) {
        reject(busy());
        return;
      }
      const waiting = { job, resolve, reject };
      let lanes = this.#waitingOf.get(lane.address);
      if (!lanes) this.#waitingOf.set(lane.address, (lanes = new Map()));
      const own = lanes.get(lane.account);
      if (own) own.push(waiting);
      else lanes.set(lane.account, [waiting]);
      this.#waiting += 1;
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#idle) clearTimeout(this.#idle);
    for (const lanes of this.#waitingOf.values())
      for (const lane of lanes.values()) for (const each of lane) each.reject(busy());
    this.#waitingOf.clear();
    this.#waiting = 0;
    this.#current?.reject(busy());
    this.#current = null;
    await this.#worker?.terminate();
  }

  #makeRoom(lane: Lane): boolean {
    if (this.#waiting < this.#maxWaiting) return true;
    const victim = this.#victim(lane);
    if (!victim) return false;
    const lanes = this.#waitingOf.get(victim.address);
    const jobs = lanes?.get(victim.account);
    jobs?.pop()?.reject(busy());
    if (jobs?.length === 0) lanes?.delete(victim.account);
    if (lanes?.size === 0) this.#waitingOf.delete(victim.address);
    this.#waiting -= 1;
    return true;
  }

  /**
   * Whose last job gives way: of the address that has most, if that is more than the newcomer's would have; of the own
   * address likewise the account with most; and strangers to somebody who is known.
   */
  #victim({ address, account }: Lane): Lane | null {
    let most = { address, size: sizeOf(this.#waitingOf.get(address)) + 1 };
    for (const [each, lanes] of this.#waitingOf) {
      const size = sizeOf(lanes);
      if (size > most.size) most = { address: each, size };
    }
    const lanes = this.#waitingOf.get(most.address) ?? new Map<string, Waiting[]>();
    const isOwn = most.address === address;
    let longest = { account, size: isOwn ? (lanes.get(account)?.length ?? 0) + 1 : 0 };
    for (const [each, jobs] of lanes)
      if (jobs.length > longest.size) longest = { account: each, size: jobs.length };
    if (!isOwn || longest.account !== account) return { address: most.address, account: longest.account };
    if (account === STRANGERS) return null;
    for (const [each, others] of this.#waitingOf)
      if (others.has(STRANGERS)) return { address: each, account: STRANGERS };
    return null;
  }

  /** The first job of the account whose turn it is, of the address whose turn it is. */
  #takeTurn(): Waiting | null {
    const [turn] = this.#waitingOf;
    if (!turn) return null;
    const [address, lanes] = turn;
    const [[account, jobs] = [STRANGERS, []]] = lanes;
    const job = jobs.shift() ?? null;
    lanes.delete(account);
    if (jobs.length > 0) lanes.set(account, jobs);
    this.#waitingOf.delete(address);
    if (lanes.size > 0) this.#waitingOf.set(address, lanes);
    if (job) this.#waiting -= 1;
    return job;
  }

  #next(): void {
    if (this.#current || this.#closed) return;
    this.#current = this.#takeTurn();
    if (!this.#current) {
      this.#idle ??= setTimeout(() => this.#endWorker(), IDLE_MS).unref();
      return;
    }
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    this.#worker ??= this.#startWorker();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    this.#worker.postMessage(this.#current.job);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('hash-worker.cjs', import.meta.url), {
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

function sizeOf(lanes: ReadonlyMap<string, readonly Waiting[]> | undefined): number {
  let size = 0;
  for (const jobs of lanes?.values() ?? []) size += jobs.length;
  return size;
}
