/**
 * Runs that an announcement asked for. It comes once, so a run that failed for want of a network is repeated with
 * back-off; a channel that is being followed is not followed twice, its run is repeated instead.
 */
import { reasonOf } from '../../../../shared/errors.ts';
import { CodedError } from '../../../../shared/ipc/result.ts';
import { RunnerClosed } from '../keyed-runner.ts';
import type { SyncContext } from '../sync-context.ts';

/** Waits between tries after an announcement; then the next connection has to do. */
const RETRY_MS = [1_000, 3_000, 10_000, 30_000, 60_000] as const;

export interface AnnouncedRunsParts {
  /** One run of the channel. */
  run: (key: string) => Promise<void>;
  /** Forgets what the channel's next run was for. */
  drop: (key: string) => void;
}

export class AnnouncedRuns {
  readonly #context: Pick<SyncContext, 'log' | 'onUnauthorized'>;
  readonly #parts: AnnouncedRunsParts;
  /** By channel; `again`: another announcement came after the present run had started. */
  readonly #following = new Map<string, { again: boolean }>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #pauses = new Map<NodeJS.Timeout, () => void>();

  constructor(context: Pick<SyncContext, 'log' | 'onUnauthorized'>, parts: AnnouncedRunsParts) {
    this.#context = context;
    this.#parts = parts;
  }

  follow(key: string): void {
    const entry = this.#following.get(key);
    if (entry) {
      entry.again = true;
      return;
    }
    const fresh = { again: false };
    this.#following.set(key, fresh);
    void this.#untilAnswered(key, fresh).finally(() => {
      this.#following.delete(key);
      // Between the last look at `again` and here.
      if (fresh.again) this.follow(key);
    });
  }

  /** One more followed run of the channel after `ms`. */
  followLater(key: string, ms: number): void {
    if (this.#timers.has(key)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.follow(key);
    }, ms);
    this.#timers.set(key, timer);
  }

  /** Nothing more is begun; those that pause end their pause and find their runner closed. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const [timer, resolve] of this.#pauses) {
      clearTimeout(timer);
      resolve();
    }
  }

  async #untilAnswered(key: string, state: { again: boolean }): Promise<void> {
    let attempt = 0;
    do {
      state.again = false;
      try {
        await this.#parts.run(key);
        attempt = 0;
      } catch (error) {
        if (error instanceof RunnerClosed) return;
        if (error instanceof CodedError && error.code === 'unauthorized') {
          this.#context.onUnauthorized();
          return;
        }
        const delay = error instanceof CodedError && error.code === 'network' ? RETRY_MS[attempt] : undefined;
        const more = delay === undefined ? '' : `; again in ${delay / 1000} s`;
        this.#context.log('info', `extra sync after an announcement: ${reasonOf(error)}${more}`);
        if (delay === undefined) {
          // Answered, though not usefully; or the next connection has to do.
          this.#parts.drop(key);
          return;
        }
        attempt += 1;
        state.again = true;
        await this.#pause(delay);
      }
    } while (state.again);
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      resolve();
    }, ms);
    this.#pauses.set(timer, resolve);
    return promise;
  }
}
