/**
 * What all lanes have in common: which jobs are under way, how many at once, and the back-off of those that failed. A
 * lane says what waits and what is to be done with a job.
 *
 * The back-off is kept in memory, by the clock that nobody can set: a restart may try at once. Where a job on disk also
 * says when it may be tried, the later of the two counts, but never more than `backoffMaxMs` from now, so that a clock
 * that was set back holds nothing up for ever.
 */
import { backOffMs } from '../../../shared/back-off.ts';
import { NoAnswerError } from '../api/http.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { OutboxOptions } from './outbox-api.ts';
import type { Pump, PumpedLane } from './pump.ts';

export interface Waiting<J> {
  job: J;
  /** One job at a time per key. */
  key: string | number;
  /** What the disk says: not before this, local clock, ms since epoch. */
  notBeforeMs?: number;
  /** A kick changes nothing about when it may be tried. */
  held?: boolean;
}

interface Failures {
  /** In this process. */
  count: number;
  /** Answers that made no sense. */
  odd: number;
  /** performance.now() of the last one, and of the next try. */
  at: number;
  until: number;
}

export abstract class Lane<J extends { readonly id: number }> implements PumpedLane {
  protected readonly options: OutboxOptions;
  protected readonly pump: Pump;
  /** By key. */
  readonly #running = new Map<string | number, Promise<void>>();
  /** By job id. */
  readonly #failures = new Map<number, Failures>();
  #crowded = false;

  constructor(options: OutboxOptions, pump: Pump) {
    this.options = options;
    this.pump = pump;
  }

  /** How many jobs may be under way. */
  protected abstract readonly mostAtOnce: number;
  /** May anything start now? */
  protected abstract get mayStart(): boolean;
  /** What waits, in the order in which it gets its turn; what is under way may be among it. */
  protected abstract waiting(): Iterable<Waiting<J>>;
  /** Does the job. Throws only when the store cannot be written. */
  protected abstract run(job: J): Promise<void>;
  /** For the log. */
  protected abstract nameOf(job: J): string;
  /** Called with all jobs that start together, before the first of them. */
  protected starting?(jobs: readonly J[]): void;

  get running(): readonly Promise<void>[] {
    return [...this.#running.values()];
  }

  start(kicked: boolean): void {
    if (!this.mayStart) return;
    this.#crowded = false;
    const due: Waiting<J>[] = [];
    for (const entry of this.waiting()) {
      if (this.#running.has(entry.key)) continue;
      if (this.#running.size + due.length >= this.mostAtOnce) {
        this.#crowded = true;
        break;
      }
      const wait = this.#waitOf(entry, kicked);
      if (wait > 0) this.pump.wakeIn(wait);
      else due.push(entry);
    }
    this.starting?.(due.map(({ job }) => job));
    for (const { key, job } of due) this.#running.set(key, this.#take(key, job));
  }

  protected isBusy(key: string | number): boolean {
    return this.#running.has(key);
  }

  /** At the last look something waited for a place. */
  protected get isCrowded(): boolean {
    return this.#crowded;
  }

  /** The job failed: the next try comes after `ms` (after a kick perhaps sooner). */
  protected putOff(job: J, ms: number): void {
    const { count, odd } = this.#failuresOf(job);
    const at = performance.now();
    this.#failures.set(job.id, { count: count + 1, odd, at, until: at + ms });
    this.pump.wakeIn(ms);
  }

  /**
   * The same by the number of tries the job has had: `backoffFirstMs`, twice that …, `backoffMaxMs`. A server whose
   * `error` says when to ask again is not asked before, up to the longest back-off. Answers ms.
   */
  protected backOff(job: J, tries: number, error: unknown): number {
    const { backoffFirstMs, backoffMaxMs } = this.pump.timings;
    const asked = error instanceof NoAnswerError ? (error.retryAfterMs ?? 0) : 0;
    const ms = Math.max(backOffMs(tries, backoffFirstMs, backoffMaxMs), Math.min(backoffMaxMs, asked));
    this.putOff(job, ms);
    return ms;
  }

  /** A request failed and is made again: what to write down about its job. */
  protected askAgain(
    job: J & { attempts: number },
    error: unknown,
  ): { attempts: number; nextTryAtMs: number } {
    const attempts = job.attempts + 1;
    return { attempts, nextTryAtMs: Date.now() + this.backOff(job, attempts, error) };
  }

  /**
   * Whether a failed request is worth another try. `isOdd`: an answer that makes no sense; such are given a few tries,
   * a refusal is not.
   */
  protected isWorthAsking(job: J, code: string, isOdd: boolean): boolean {
    if (code === 'network' || code === 'unauthorized') return true;
    if (!isOdd) return false;
    const failures = this.#failuresOf(job);
    const odd = failures.odd + 1;
    this.#failures.set(job.id, { ...failures, odd });
    return odd < this.pump.timings.maxUnexpected;
  }

  /** Failed tries in this process. */
  protected failuresOf(job: J): number {
    return this.#failuresOf(job).count;
  }

  /** The job is over. */
  protected forget(job: J): void {
    this.#failures.delete(job.id);
  }

  /** The store failed (disk full …): the job is where it was. */
  protected fault(job: J, error: unknown): void {
    this.options.log('error', `${this.nameOf(job)}: ${reasonOf(error)}`);
    if (this.pump.isOpen) this.putOff(job, this.pump.timings.backoffFirstMs);
  }

  #failuresOf({ id }: J): Failures {
    return this.#failures.get(id) ?? { count: 0, odd: 0, at: -Infinity, until: -Infinity };
  }

  /** ms; nothing to wait for: 0 or less. */
  #waitOf({ job, notBeforeMs = 0, held = false }: Waiting<J>, kicked: boolean): number {
    const now = performance.now();
    const { at, until } = this.#failuresOf(job);
    const { backoffMaxMs, kickGapMs } = this.pump.timings;
    const wait = Math.max(notBeforeMs - Date.now(), until - now);
    return Math.min(wait, backoffMaxMs, kicked && !held ? at + kickGapMs - now : Infinity);
  }

  async #take(key: string | number, job: J): Promise<void> {
    // The map has to hold this run before it can end.
    await Promise.resolve();
    try {
      await this.run(job);
    } catch (error) {
      this.fault(job, error);
    } finally {
      this.#running.delete(key);
    }
    try {
      this.start(false);
    } catch {
      // The store cannot be read now: the next wake-up tries again.
      this.pump.wakeIn(this.pump.timings.backoffFirstMs);
    }
  }
}
