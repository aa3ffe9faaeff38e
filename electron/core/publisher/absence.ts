/**
 * When nobody was there: offline, asleep, locked, or the app was closed. A long absence ends with a summary for the
 * page (docs/notifications.md): since when, and how many messages of others were recalled meanwhile. What is unread the
 * page counts itself, from its list's rows, so that a recall and whatever is read elsewhere leave it by themselves.
 */
import type { AwaySummary } from '../../../shared/ipc/contract/session.ts';

/** more.md 13. */
export const LONG_ABSENCE_MS = 3_600_000;
/** How often it is noted that somebody is there: an app that dies tells nobody. */
const NOTED_MS = 300_000;

export interface AbsenceOptions {
  /** When somebody was there last, over a restart; ms since epoch. */
  last: { get: () => string | null; set: (value: string) => void };
  tell: (summary: AwaySummary | null) => void;
  now?: () => number;
}

export class Absence {
  readonly #options: AbsenceOptions;
  readonly #now: () => number;
  /** null: not known, as before the first connection of an account. */
  #since: number | null;
  #isHere = false;
  #isOnline = false;
  #isAttended = true;
  readonly #recalled = new Set<string>();
  #summary: AwaySummary | null = null;
  readonly #timer: NodeJS.Timeout;

  constructor(options: AbsenceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const last = Number(options.last.get() ?? 0);
    this.#since = last > 0 ? last : null;
    this.#timer = setInterval(() => this.#isHere && this.#note(), NOTED_MS);
    this.#timer.unref();
  }

  /** Of the last absence that was long, until somebody has put it away. */
  get summary(): AwaySummary | null {
    return this.#summary;
  }

  /** Nobody is there, and has not been for long. */
  get isLong(): boolean {
    return !this.#isHere && this.#since !== null && this.#now() - this.#since >= LONG_ABSENCE_MS;
  }

  /** All is in sync with the server, or no longer. */
  online(on: boolean): void {
    this.#isOnline = on;
    this.#look();
  }

  /** The app is open in front of a screen that is not locked. */
  attended(on: boolean): void {
    this.#isAttended = on;
    this.#look();
  }

  /** A message of somebody else, by whatever names it among all. */
  recalled(key: string): void {
    if (!this.#isHere) this.#recalled.add(key);
  }

  dismiss(): void {
    if (this.#summary === null) return;
    this.#summary = null;
    this.#options.tell(null);
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#isHere) this.#note();
  }

  #look(): void {
    const isHere = this.#isOnline && this.#isAttended;
    if (isHere === this.#isHere) return;
    if (isHere) this.#comesBack();
    else this.#since = this.#note();
    this.#isHere = isHere;
  }

  #comesBack(): void {
    if (this.isLong && this.#since !== null) {
      const before = this.#summary;
      this.#summary = {
        sinceMs: before?.sinceMs ?? this.#since,
        untilMs: this.#now(),
        recalled: (before?.recalled ?? 0) + this.#recalled.size,
      };
      this.#options.tell(this.#summary);
    }
    this.#recalled.clear();
    this.#note();
  }

  #note(): number {
    const now = this.#now();
    this.#options.last.set(String(now));
    return now;
  }
}
