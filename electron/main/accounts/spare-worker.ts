/**
 * A worker whose program is loaded before anybody knows for whom: while somebody types a password and the server looks
 * at it. It holds nothing of anybody, and ends when nobody signs in for a while.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';

const KEPT_MS = 120_000;

export class SpareWorker {
  readonly #make: () => Worker;
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(script: string | URL, options: () => WorkerOptions) {
    // Without data it waits for them (core/worker.ts).
    this.#make = () => new Worker(script, { ...options(), workerData: null });
  }

  /** Loads one, or keeps the one that is there. */
  warmUp(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), KEPT_MS);
    this.#timer.unref();
    if (this.#worker) return;
    const worker = this.#make();
    worker.unref();
    this.#worker = worker;
    // A program that does not load says so again, and louder, when it is needed.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
  }

  /** It is the caller's from now on, and waits to be told for whom; null = none is there. */
  take(): Worker | null {
    const worker = this.#worker;
    this.#worker = null;
    clearTimeout(this.#timer);
    worker?.removeAllListeners();
    worker?.ref();
    return worker;
  }

  close(): void {
    void this.take()?.terminate();
  }
}
