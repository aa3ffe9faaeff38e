/** What one HTTP client may keep busy: connections that say nothing, or too slowly, are ended. */

export interface HttpLimits {
  connections: number;
  /** Until all headers are there, ms. */
  headersMs: number;
  /** Until all of the body is there, ms. */
  requestMs: number;
  /** Without a byte in either direction, ms. */
  idleMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  connections: 10_000,
  headersMs: 20_000,
  // An upload of 100 MiB at 3 Mbit/s.
  requestMs: 300_000,
  idleMs: 60_000,
};

/** Options of a Fastify instance. Its own defaults let a body take for ever. */
export function fastifyLimits({ headersMs, requestMs, idleMs }: HttpLimits): {
  connectionTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  http: { headersTimeout: number; connectionsCheckingInterval: number };
} {
  return {
    connectionTimeout: idleMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    // How late the other limits may be.
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(5_000, headersMs) },
  };
}
