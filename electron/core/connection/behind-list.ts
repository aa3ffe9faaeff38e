/**
 * At the start of the app the page draws its list when the account could begin to connect, and on few processors each
 * waits for the other. So the connection begins a moment after the page has asked for something behind that list, which
 * it does while it draws; or when no page asks.
 */
import type { ChannelName } from '../../../shared/ipc/contract/contract.ts';
import type { Connection } from './connection-api.ts';

export interface BehindListTimes {
  /** A page that is hidden, locked or slow keeps nobody offline, ms. */
  latestMs: number;
  /** From what the page asks next to the end of its drawing, ms. */
  drawingMs: number;
}

const TIMES: BehindListTimes = { latestMs: 500, drawingMs: 100 };

export class BehindList {
  readonly #times: BehindListTimes;
  /** null = it has begun, or is not to begin yet. */
  #begin: (() => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #listAsked = false;

  constructor(times = TIMES) {
    this.#times = times;
  }

  /** The same connection, which begins later than it is told to. */
  hold(connection: Connection): Connection {
    return {
      get state() {
        return connection.state;
      },
      get transport() {
        return connection.transport;
      },
      get lastPingMs() {
        return connection.lastPingMs;
      },
      start: () => {
        this.#begin = () => connection.start();
        this.#in(this.#times.latestMs);
      },
      retryNow: (anew) => {
        if (this.#begin) this.#now();
        else connection.retryNow(anew);
      },
      replace: (reason) => connection.replace(reason),
      send: (message) => connection.send(message),
      close: () => {
        this.#begin = null;
        clearTimeout(this.#timer);
        return connection.close();
      },
    };
  }

  /** Each request of a page. */
  asked(channel: ChannelName): void {
    if (channel === 'core.bootstrap') this.#listAsked = true;
    else if (this.#listAsked && this.#begin) {
      this.#listAsked = false;
      this.#in(this.#times.drawingMs);
    }
  }

  #in(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#now(), ms);
  }

  #now(): void {
    const begin = this.#begin;
    this.#begin = null;
    clearTimeout(this.#timer);
    begin?.();
  }
}
