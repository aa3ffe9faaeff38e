import type { HttpLimits } from '../http-limits.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Never called with message content. */
export type Log = (level: LogLevel, message: string) => void;

/** Durations in ms; the defaults are wukongim.md B.6's, tests shorten them. */
export interface ImTimings {
  /** A connection that has not sent CONNECT by then is closed. */
  connectTimeoutMs: number;
  /** A connection without any byte for this long is closed. */
  idleTimeoutMs: number;
  /** A persisted RECV without RECVACK is sent again after this long. */
  redeliverAfterMs: number;
  /** From DISCONNECT (kick) or a refusing CONNACK to closing the socket. */
  kickCloseMs: number;
  webhookBatchMs: number;
  /** Pause before a failed webhook call is repeated. */
  webhookRetryMs: number;
  /** How often messages past their expiry are deleted. */
  purgeIntervalMs: number;
}

export interface ImLimits {
  maxConnections: number;
  /** Outgoing bytes a reader may leave unread before it is cut off. */
  maxBufferedBytes: number;
  /** The same of all connections together: above it those with the most are cut off. */
  maxBufferedInAll: number;
  /** Packets a connection may send per second; reading pauses above it. */
  packetsPerSecond: number;
  /** SENDs of one connection waiting for the disk; reading pauses above it. */
  maxPendingSends: number;
  /** Payload bytes of those SENDs; reading pauses above it. */
  maxPendingBytes: number;
  /** Unacknowledged RECVs remembered per connection; above it the oldest are no longer redelivered. */
  maxUnacked: number;
  /** Messages one user may store in channels with nobody else (NobodyQuota). */
  maxMessagesToNobody: number;
  /** What those take in the database, rows and indexes included. */
  maxBytesToNobody: number;
  /** CMDs kept of one CMD channel for devices that were away; the oldest go first. */
  maxCommands: number;
  /** Deliveries of one RECV in all. */
  maxDeliveries: number;
}

export interface ImServerOptions {
  /** Folder of the database; created when missing. */
  dataDir: string;
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** 0 or absent: a free port. */
  tcpPort?: number;
  wsPort?: number;
  apiPort?: number;
  /** What /route tells clients instead of `host`. */
  externalHost?: string;
  webhookUrl?: string;
  /** 1..1023, default 1001: part of every message_id. */
  nodeId?: number;
  /** Default true: CONNECT needs the token of /user/token. */
  tokenAuth?: boolean;
  /**
   * Store a SEND that repeats a client_msg_no again, as a real WuKongIM does; default false: it gets the first answer.
   */
  storeRepeats?: boolean;
  /**
   * Take commands and system lines (types 99, 1000 to 2000) from clients, as a real WuKongIM does; default false:
   * refused.
   */
  takeAnyType?: boolean;
  /** What every HTTP request but /health needs in the header `token`; default: a random one (`ImServer.apiToken`). */
  managerToken?: string;
  /** Further values of `Host` that the HTTP API answers; its addresses are always among them. */
  hostNames?: readonly string[];
  log?: Log;
  timings?: Partial<ImTimings>;
  limits?: Partial<ImLimits>;
  httpLimits?: Partial<HttpLimits>;
}

export const DEFAULT_TIMINGS: ImTimings = {
  connectTimeoutMs: 3000,
  idleTimeoutMs: 180_000,
  redeliverAfterMs: 67_000,
  kickCloseMs: 2000,
  webhookBatchMs: 500,
  webhookRetryMs: 1000,
  purgeIntervalMs: 600_000,
};

export const DEFAULT_LIMITS: ImLimits = {
  maxConnections: 10_000,
  maxBufferedBytes: 16 * 1024 * 1024,
  maxBufferedInAll: 256 * 1024 * 1024,
  packetsPerSecond: 20_000,
  maxPendingSends: 4096,
  maxPendingBytes: 8 * 1024 * 1024,
  maxUnacked: 10_000,
  maxMessagesToNobody: 1000,
  maxBytesToNobody: 16 * 1024 * 1024,
  maxCommands: 20_000,
  maxDeliveries: 5,
};
