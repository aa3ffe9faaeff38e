/** Messages a server has answered, but not yet taken: how often, and since when. */
import type { ReasonEffect } from './send-reasons.ts';

/** A connection made anew so often did not help: the message itself is what the server does not take. */
const MAX_RESYNCS = 3;

export class ServerWaits {
  /** By job id; `since`: performance.now(). */
  readonly #waits = new Map<number, { since: number; times: number }>();

  /** Notes one more such answer. null: it has been long enough. Else the number of answers so far. */
  again(id: number, effect: ReasonEffect, maxMs: number): number | null {
    const now = performance.now();
    const { since, times } = this.#waits.get(id) ?? { since: now, times: 0 };
    if (now - since >= maxMs || (effect === 'resync' && times >= MAX_RESYNCS)) return null;
    this.#waits.set(id, { since, times: times + 1 });
    return times + 1;
  }

  over(id: number): void {
    this.#waits.delete(id);
  }
}
