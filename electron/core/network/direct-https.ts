/**
 * `fetch` over TLS without a proxy, as far as this app uses it. Node's own keeps connections and TLS sessions for later
 * whatever is trusted by then: a server whose authority was taken away would go on being one.
 */
import type { Agent, IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerOf } from '../api/node-answer.ts';
import { secureAgent } from '../api/secure-agent.ts';

/** As `fetch` does it: servers close what is idle after 5 s and more, and what is sent then is lost. */
export const IDLE_MS = 4_000;
/** Long enough for any answer the caller waits for; what takes longer is ended by the caller's signal. */
export const NEVER = new AbortController().signal;

const agent = secureAgent({ keepAlive: true, timeout: IDLE_MS });

/** Rejects as `fetch` does: with the signal's reason, or a `TypeError` whose cause says why. Follows nothing. */
export async function directHttps(url: URL, init: RequestInit): Promise<Response> {
  const signal = init.signal ?? NEVER;
  try {
    return finished(await sendRequest(url, init, { agent }), init, signal);
  } catch (error) {
    throw fetchFailure(error, signal);
  }
}

/** The whole request; resolves with the head of the answer. */
export async function sendRequest(
  url: URL,
  init: RequestInit,
  over: { agent: Agent; headers?: Readonly<Record<string, string>>; path?: string },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers: Record<string, string> = {
    ...Object.fromEntries(new Headers(init.headers)),
    ...over.headers,
  };
  const { body } = init;
  if (typeof body === 'string') headers['content-length'] = String(Buffer.byteLength(body));
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(
    url,
    {
      method: init.method ?? 'GET',
      agent: over.agent,
      headers,
      signal: init.signal ?? NEVER,
      ...(over.path === undefined ? {} : { path: over.path }),
    },
    resolve,
  );
  request.on('error', reject);
  if (isStream(body)) {
    // Not before there is a connection: without one nothing was taken from the stream.
    request.once('socket', () => {
      pipeline(Readable.fromWeb(body as never), request).catch(reject);
    });
  } else request.end(body ?? undefined);
  return promise;
}

/** What `fetch` would make of the answer. */
export function finished(answer: IncomingMessage, init: RequestInit, signal: AbortSignal): Response {
  const { statusCode: status = 0 } = answer;
  if (init.redirect === 'error' && status >= 300 && status < 400 && answer.headers.location !== undefined) {
    answer.destroy();
    throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
  }
  return answerOf(answer, signal);
}

/** What `fetch` would reject with. Throws the signal's reason if that is why. */
export function fetchFailure(error: unknown, signal: AbortSignal): TypeError {
  signal.throwIfAborted();
  return error instanceof TypeError && error.cause instanceof Error
    ? error
    : new TypeError('fetch failed', { cause: error });
}

export const isStream = (body: unknown): boolean => body instanceof ReadableStream;
