/**
 * When to look for an update without being asked: soon after the start, then every six hours, each time a little
 * earlier or later, so that installations which started together do not ask together. After a failure sooner.
 */
import { backOffMs } from '../../../shared/back-off.ts';

const START_MS = 15_000;
const EVERY_MS = 6 * 60 * 60_000;
const FIRST_RETRY_MS = 10 * 60_000;
/** Half of it earlier, half of it later. */
const JITTER = 0.3;

export interface CheckTimesOptions {
  /** Looks now; true = the feed answered. Rejects never. */
  check: () => Promise<boolean>;
  /** The user's setting. */
  isOn: () => boolean;
  /** 0 to 1. */
  random?: () => number;
}

export class CheckTimes {
  readonly #options: CheckTimesOptions;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;
  #failures = 0;

  constructor(options: CheckTimesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#plan(START_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The computer woke up: its timers slept with it. */
  woke(): void {
    if (this.#dueMs !== 0 && Date.now() >= this.#dueMs) this.#plan(START_MS);
  }

  /** Another proxy, another password: what failed may go now. */
  waysChanged(): void {
    if (this.#failures > 0) this.#plan(START_MS);
  }

  #plan(afterMs: number): void {
    const { random = Math.random } = this.#options;
    const wait = afterMs * (1 + JITTER * (random() - 0.5));
    this.#dueMs = Date.now() + wait;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), wait);
    // It keeps no process alive.
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    if (this.#options.isOn()) {
      this.#failures = (await this.#options.check()) ? 0 : this.#failures + 1;
    }
    this.#plan(this.#failures === 0 ? EVERY_MS : backOffMs(this.#failures, FIRST_RETRY_MS, EVERY_MS));
  }
}
