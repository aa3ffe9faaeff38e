/**
 * Pictures that could not be had for want of an answer (no network, a server in trouble), while their tiles are on the
 * screen. One of them is asked for after a second, then two, four …; once any answer comes the others follow. So a
 * server that is down hears one question at a time, whatever is on the screen.
 */
import { backOffMs } from '../../../shared/back-off.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** In a row; then the next connection asks for them. */
const MOST_FRUITLESS = 10;
/** Of one picture, while others are answered. */
const MOST_TRIES = 6;
/** As many as anybody looks at. */
const MOST_KEPT = 300;

export class AvatarRetries {
  readonly #ask: (key: string) => void;
  /** How often each failed, what failed last at the end. */
  readonly #failed = new Map<string, number>();
  /** In a row, of those that were asked for from here. */
  #fruitless = 0;
  /** What is asked for from here. */
  #probe: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: (key: string) => void) {
    this.#ask = ask;
  }

  failed(key: string): void {
    const tries = (this.#failed.get(key) ?? 0) + 1;
    this.#failed.delete(key);
    this.#failed.set(key, tries);
    for (const oldest of [...this.#failed.keys()].slice(0, -MOST_KEPT)) this.#failed.delete(oldest);
    if (this.#probe === key) {
      this.#probe = null;
      this.#fruitless += 1;
    }
    this.#plan();
  }

  /** The server said something about this one: it does about others, too. */
  answered(key: string): void {
    this.#failed.delete(key);
    const waited = this.#timer !== undefined || this.#probe !== null;
    this.#stop();
    if (!waited) return;
    for (const [other, tries] of this.#failed) if (tries < MOST_TRIES) this.#ask(other);
  }

  /** Nothing is to be tried from here any more. */
  clear(): void {
    this.#stop();
    this.#failed.clear();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#probe = null;
    this.#fruitless = 0;
  }

  #plan(): void {
    if (this.#timer || this.#probe !== null || this.#fruitless >= MOST_FRUITLESS) return;
    if (![...this.#failed.values()].some((tries) => tries < MOST_TRIES)) return;
    const ms = backOffMs(this.#fruitless + 1, FIRST_MS, LONGEST_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#probe = [...this.#failed].find(([, tries]) => tries < MOST_TRIES)?.[0] ?? null;
      if (this.#probe !== null) this.#ask(this.#probe);
    }, ms);
  }
}
