/** While the disk takes no writes: looks again and again whether it does. */

/** From one look to the next. Doubled when the disk fails again right after it recovered. */
export const PROBE_FIRST_MS = 5_000;
const PROBE_LONGEST_MS = 60_000;
/** On disk for this long counts as recovered. */
const STABLE_MS = 60_000;

export class DiskProbe {
  readonly #look: () => boolean;
  #timer: NodeJS.Timeout | null = null;
  #waitMs = PROBE_FIRST_MS;
  /** performance.now() of the last return to the disk. */
  #recoveredAt = Number.NEGATIVE_INFINITY;

  /** `look`: true = nothing to look for any more. */
  constructor(look: () => boolean) {
    this.#look = look;
  }

  start(): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#look()) this.start();
    }, this.#waitMs);
    this.#timer.unref();
  }

  failed(): void {
    if (performance.now() - this.#recoveredAt > STABLE_MS) this.#waitMs = PROBE_FIRST_MS;
    else this.#waitMs = Math.min(PROBE_LONGEST_MS, this.#waitMs * 2);
  }

  recovered(): void {
    this.#recoveredAt = performance.now();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
