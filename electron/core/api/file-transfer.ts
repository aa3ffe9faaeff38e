/** What uploads and downloads of files share: why they fail, and when a connection counts as dead. */
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import { proxyFaultOf } from '../../../shared/proxy-error.ts';
import type { BusinessApiOptions } from './caller.ts';
import { type Fetch, networkReason } from './http.ts';

const HEAD_TIMEOUT_MS = 20_000;
/** No byte for so long: the connection is dead. */
export const STALL_MS = 30_000;

/** Why bytes did not come; `network` may be tried again. */
export class TransferError extends CodedError {
  readonly reason: 'network' | 'missing' | 'tooLarge' | 'refused';
  constructor(reason: TransferError['reason'], message: string, proxy: ProxyFault | null = null) {
    super(reason === 'network' ? 'network' : reason === 'missing' ? 'notFound' : 'refused', message);
    this.reason = reason;
    this.proxy = proxy;
  }
}

/**
 * What was thrown while bytes were on their way, as the caller gets it. `signal`: the caller's; `watch`: of the
 * watchdog, whose reason says more than how the connection ended.
 */
export function asTransferError(error: unknown, signal: AbortSignal, watch: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const coded = [error, error instanceof Error ? error.cause : null].find((e) => e instanceof CodedError);
  if (coded) return coded;
  return new TransferError(
    'network',
    networkReason(watch.aborted ? watch.reason : error),
    proxyFaultOf(error),
  );
}

export const fetchOf = (options: BusinessApiOptions): Fetch =>
  options.fetch ?? ((url, init) => globalThis.fetch(url, init));

/** Aborts a transfer that stalls. */
export class Watchdog {
  /** Aborted with the caller's signal as well. */
  readonly signal: AbortSignal;
  readonly #stalled = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /** Waits for the first sign of life from now on. */
  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#stalled.signal]);
    this.alive(HEAD_TIMEOUT_MS);
  }

  /** The next sign of life has to come within `ms`. */
  alive(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stalled.abort(new DOMException('timed out', 'TimeoutError')), ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
