/** What the next run of each channel is for: what was announced, by whom first, and when. */
import type { RecallSource } from '../../store/server-records.ts';

const MAX_HINTS_KEPT = 50;

export interface ExtraJob {
  source: RecallSource;
  /** performance.now() of the first sign. */
  startedAt: number;
  /** Messages that were announced as recalled. */
  hintedIds: Set<string>;
}

export class ExtraJobs {
  readonly #waiting = new Map<string, ExtraJob>();

  /** Adds to what the next run of the channel is for. */
  add(key: string, source: RecallSource, startedAt: number, hintedIds: Iterable<string>): void {
    const waiting = this.#waiting.get(key);
    if (!waiting) {
      this.#waiting.set(key, { source, startedAt, hintedIds: new Set(hintedIds) });
      return;
    }
    // The most telling source and the first sign win: they are what the recall log reports.
    if (waiting.source === 'extra') {
      waiting.source = source;
      waiting.startedAt = startedAt;
    }
    for (const id of hintedIds) if (waiting.hintedIds.size < MAX_HINTS_KEPT) waiting.hintedIds.add(id);
  }

  /** The job of a run that starts now. */
  take(key: string): ExtraJob {
    const job = this.#waiting.get(key);
    this.#waiting.delete(key);
    return job ?? { source: 'extra', startedAt: performance.now(), hintedIds: new Set() };
  }

  drop(key: string): void {
    this.#waiting.delete(key);
  }
}
