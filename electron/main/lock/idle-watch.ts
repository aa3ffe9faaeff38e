/**
 * Locks an app that nobody uses: for as long as is set, when its window is put away where "at once" is set, when the
 * computer's screen is locked or it sleeps. What counts as use the pages say: a key, the pointer, a wheel.
 */
import type { Settings } from '../../../shared/settings.ts';

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;

export interface IdleWatchOptions {
  /** Whether there is anything to lock. */
  isOpen: () => boolean;
  settings: () => Pick<Settings, 'lockAfter' | 'lockWithSystem'>;
  isAway: () => boolean;
  lock: () => void;
  now?: () => number;
}

export class IdleWatch {
  readonly #options: IdleWatchOptions;
  readonly #now: () => number;
  #usedAt: number;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
    this.#usedAt = this.#now();
  }

  /** Somebody is there. */
  used(): void {
    this.#usedAt = this.#now();
  }

  /** Whether it is looked after follows from whether a passcode is set; also called when that changes. */
  follow(isSet: boolean): void {
    if (isSet === (this.#timer !== null)) return;
    if (this.#timer) clearInterval(this.#timer);
    this.used();
    this.#timer = isSet ? setInterval(() => this.look(), LOOK_MS) : null;
    this.#timer?.unref();
  }

  /** No window of the app can be seen any more. */
  putAway(): void {
    if (this.#options.isOpen() && this.#options.settings().lockAfter === 0) this.#options.lock();
  }

  /** Also after waking up: no timer ran meanwhile. */
  look(): void {
    const { isOpen, isAway, lock, settings } = this.#options;
    if (!isOpen()) return;
    const { lockAfter, lockWithSystem } = settings();
    const now = this.#now();
    // (The clock was set back.)
    if (now < this.#usedAt) this.#usedAt = now;
    // A window that stays on the screen is not put away: then a minute is at once.
    const isIdle = now - this.#usedAt >= Math.max(1, lockAfter) * MINUTE_MS;
    if (isIdle || (lockWithSystem && isAway())) lock();
  }
}
