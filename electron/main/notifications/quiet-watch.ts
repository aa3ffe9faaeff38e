/**
 * Tells when quiet hours begin and end, for what shows it (tray, page). Whether something is told of asks the clock
 * itself each time.
 */
import { nextQuietChange, type QuietHours, quietUntil } from '../../../shared/quiet-hours.ts';

/** Also when nothing is due: somebody may have set the clock, or be in another zone. */
const LOOK_AGAIN_MS = 30_000;

export class QuietWatch {
  readonly #hours: () => QuietHours;
  readonly #onChange: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #told: number | null = null;

  constructor(hours: () => QuietHours, onChange: () => void, now: () => number = Date.now) {
    this.#hours = hours;
    this.#onChange = onChange;
    this.#now = now;
  }

  /** When they end (ms); null = there are none now. */
  get until(): number | null {
    return quietUntil(this.#hours(), this.#now());
  }

  /** At the start, after a change of the settings, and when the computer woke up. Asks nobody while they are off. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { until } = this;
    if (until !== this.#told) {
      this.#told = until;
      this.#onChange();
    }
    const next = nextQuietChange(this.#hours(), this.#now());
    if (next === null) return;
    this.#timer = setTimeout(() => this.look(), Math.min(LOOK_AGAIN_MS, Math.max(1, next - this.#now())));
    this.#timer.unref();
  }
}
