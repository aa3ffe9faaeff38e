import { backOffMs } from '../../../shared/back-off.ts';

/** Times and limits of the connection, with the values production uses. Tests pass shorter ones. */
export interface ConnectionTuning {
  /** TCP connect or WebSocket handshake. */
  openTimeoutMs: number;
  /** CONNECT written to CONNACK; a real server closes a refused token after 4-6 s (wukongim.md B.6). */
  connackTimeoutMs: number;
  pingIntervalMs: number;
  /** After a PING: dead when not one byte arrives in this time. */
  pongTimeoutMs: number;
  sendackTimeoutMs: number;
  backoffFirstMs: number;
  backoffMaxMs: number;
  /** A connection that lived this long starts the back-off anew. */
  stableMs: number;
  /** A close without CONNACK counts as "token refused" only this long after CONNECT; at once = no server behind it. */
  refusalMinMs: number;
  /**
   * So many series in a row with such a close, while the business server answers, mean: sign in again. Not one series
   * alone: a server that is starting or overloaded closes both transports in the same way.
   */
  refusalsToExpire: number;
  /** `retryNow` starts a series over when the running one is older than this. */
  staleSeriesMs: number;
  /** `resolveAddresses` and `probeHttp` count as failed after this. */
  httpTimeoutMs: number;
  /** RECVs handed over in one batch at most. */
  maxBatch: number;
  /** 0 <= x < 1 */
  random: () => number;
}

export const DEFAULT_TUNING: Readonly<ConnectionTuning> = {
  openTimeoutMs: 8_000,
  connackTimeoutMs: 8_000,
  pingIntervalMs: 25_000,
  pongTimeoutMs: 8_000,
  sendackTimeoutMs: 6_000,
  backoffFirstMs: 1_000,
  backoffMaxMs: 30_000,
  stableMs: 10_000,
  refusalMinMs: 2_000,
  refusalsToExpire: 2,
  staleSeriesMs: 3_000,
  httpTimeoutMs: 15_000,
  maxBatch: 1_000,
  random: Math.random,
};

/** Waiting time before try number `failures` (0 = the first after a loss): doubled each time, jitter of 50-100 %. */
export function backoffMs(
  failures: number,
  tuning: Pick<ConnectionTuning, 'backoffFirstMs' | 'backoffMaxMs' | 'random'>,
): number {
  const full = backOffMs(failures + 1, tuning.backoffFirstMs, tuning.backoffMaxMs);
  return Math.round(full * (0.5 + tuning.random() / 2));
}
