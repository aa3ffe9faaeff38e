/**
 * A worker whose program is loaded before anybody knows for whom: while somebody types a password and the server looks
 * at it, and at the start of the app, while Chromium starts and the token cannot be read yet. It holds nothing of
 * anybody, and ends when nobody signs in for a while.
 */
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Ahead } from '../../../shared/ipc/worker-protocol.ts';

const KEPT_MS = 120_000;

export class SpareWorker {
  readonly #make: (ahead: Ahead) => Worker;
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(script: string | URL, options: () => WorkerOptions) {
    // Told nothing more, it waits to be (core/worker.ts).
    this.#make = (ahead) => new Worker(script, { ...options(), workerData: ahead });
  }

  /** Loads one and all that a first sign-in needs, or keeps the one that is there. */
  warmUp(): void {
    this.#load('warmUp');
  }

  /** Loads its program. */
  loadAhead(): void {
    this.#load('program');
  }

  #load(ahead: Ahead): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), KEPT_MS);
    this.#timer.unref();
    if (this.#worker) return;
    const worker = this.#make(ahead);
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
