/** How the IM server's HTTP API is reached: over the network, or within one process without sockets. */

export interface ImRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** Rejects when nobody answers. */
export type ImTransport = (request: ImRequest) => Promise<{ status: number; text: string }>;

export async function overHttp(
  base: string,
  { method, path, headers, body }: ImRequest,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  const response = await fetch(base + path, {
    method,
    signal: AbortSignal.timeout(timeoutMs),
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** @throws Error when the promise has not settled after `timeoutMs` */
export async function withinMs<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
