/**
 * The server's time, kept over restarts, and the rules that are judged by it: the page gets them anew whenever the
 * offset is another one.
 */
import type { ServerRules } from '../../../shared/domain.ts';
import { SERVER_OFFSET_STATE, type AccountStore } from '../account-store/store-api.ts';
import type { Log } from '../api/http.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';

export interface ServerTimeParts {
  /** Asked for once the store is open. */
  store: () => Pick<AccountStore, 'readOnly' | 'state'>;
  /** Whether requests are answered: not before the account is open, nor while it closes. */
  isOpen: () => boolean;
  rulesChanged: (rules: ServerRules, serverOffsetMs: number) => void;
  log: Log;
}

export class ServerTime {
  readonly #parts: ServerTimeParts;
  readonly #clock: ServerClock;
  #isMeasured = false;

  constructor(parts: ServerTimeParts) {
    this.#parts = parts;
    this.#clock = createServerClock((offsetMs) => {
      parts.log('info', 'the local clock was set back');
      if (parts.isOpen()) this.announceRules();
      this.#keep(offsetMs);
    });
  }

  /** Server time, ms since epoch. */
  now(): number {
    return this.#clock.now();
  }

  /** The same; null before a connection of this run has measured it: a clock may be years off after a start. */
  measuredNow(): number | null {
    return this.#isMeasured ? this.now() : null;
  }

  /** Server clock minus local clock, ms. */
  offsetMs(): number {
    return this.#clock.offsetMs();
  }

  /** Goes on with what an earlier connection measured. */
  restore(): void {
    this.#clock.setOffset(Number(this.#parts.store().state.get(SERVER_OFFSET_STATE) ?? '0') || 0);
  }

  /** A connection has measured it. */
  measured(offsetMs: number): void {
    this.#isMeasured = true;
    this.#clock.setOffset(offsetMs);
    this.#keep(offsetMs);
    this.announceRules();
  }

  announceRules(rules: ServerRules | null = this.#parts.store().state.rules()): void {
    if (rules) this.#parts.rulesChanged(rules, this.#clock.offsetMs());
  }

  #keep(offsetMs: number): void {
    if (!this.#parts.isOpen()) return;
    const store = this.#parts.store();
    if (!store.readOnly) store.state.set(SERVER_OFFSET_STATE, String(Math.round(offsetMs)));
  }
}
