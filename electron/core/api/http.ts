/**
 * One HTTP request to a TSDD business server (tsdd-api.md 0): JSON in, JSON out, errors as `CodedError`. The body
 * is parsed regardless of its Content-Type, because TSDD answers JSON errors as text/plain.
 */
import { cutText } from '../../../shared/text-cut.ts';
import { CodedError, type ErrorCode } from '../../../shared/ipc/result.ts';
import { isObject } from '../../../shared/json.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import { ProxyError, proxyFaultOf } from '../../../shared/proxy-error.ts';
import { isCertificateError } from '../connection/certificate-error.ts';
import { parseExact } from '../../../shared/exact-json.ts';

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const DEFAULT_TIMEOUT_MS = 10_000;
/** Request time-out, too early, too many requests: no refusals. */
const ASK_LATER: ReadonlySet<number> = new Set([408, 425, 429]);
/** With a page these come from somebody between here and the server: a captive portal, a proxy with a sign-in. */
const FROM_BETWEEN: ReadonlySet<number> = new Set([401, 403, 407]);
/** The request may have been read, and its answer was lost. */
const LOST_ANSWER =
  /^(ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|HPE_\w+)$/;
/** A page of 200 messages of 5,000 characters stays far below this; more is not an answer but an attack. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface HttpOptions {
  /** Origin and path of the server without `/v1` and without a trailing slash. */
  server: string;
  token?: string | undefined;
  fetch?: Fetch | undefined;
  timeoutMs?: number | undefined;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below `/v1`, starting with `/`, already escaped. */
  path: string;
  query?: Record<string, string | number>;
  body?: unknown;
  timeoutMs?: number;
  /** Gives up early (sign-out, shutdown). */
  signal?: AbortSignal;
  /** Told of the answer's head, whatever becomes of its body. */
  onHead?: (head: Headers) => void;
}

/** A 400 of the business server: `message` is its text, `machineCode` the `code` our own server adds, if any. */
export class RefusedError extends CodedError {
  readonly machineCode: string | null;
  readonly body: unknown;
  constructor(message: string, machineCode: string | null, body: unknown) {
    super('refused', message);
    this.machineCode = machineCode;
    this.body = body;
  }
}

/**
 * No usable answer: none at all, a certificate that is not accepted (never skipped), a server that failed (5xx), one
 * that wants to be asked later (408, 425, 429), or somebody else's page in place of the server's answer.
 */
export class NoAnswerError extends CodedError {
  /** HTTP status of a server that answered; null when none did. */
  readonly status: number | null;
  readonly badCertificate: boolean;
  /** ms it asks to be left alone, if it says so. */
  readonly retryAfterMs: number | null;
  /** Something took the request, and the network is there: asking again in a moment may be all that is needed. */
  readonly reached: boolean;
  /** The server may have done what it was asked for. */
  readonly mayBeDone: boolean;
  constructor(
    message: string,
    about: {
      status?: number;
      badCertificate?: boolean;
      retryAfterMs?: number | null;
      reached?: boolean;
      mayBeDone?: boolean;
      proxy?: ProxyFault | null;
    } = {},
  ) {
    super('network', message);
    this.proxy = about.proxy ?? null;
    this.status = about.status ?? null;
    this.badCertificate = about.badCertificate ?? false;
    this.retryAfterMs = about.retryAfterMs ?? null;
    this.reached = about.reached ?? this.status !== null;
    this.mayBeDone = about.mayBeDone ?? this.reached;
  }

  override get failureCode(): ErrorCode {
    return this.proxy ? 'proxy' : this.reached ? 'noAnswer' : 'network';
  }
}

/** Names the endpoint in an error without ids or tokens: `/v1/users/…/im` stays readable in a log. */
function endpointName(request: HttpRequest): string {
  return `${request.method} ${request.path.replace(/[^/]{24,}/g, '…')}`;
}

/**
 * Resolves with the parsed body of a 2xx answer. Rejects with `CodedError`: `network` (`NoAnswerError`: no answer,
 * time-out, 5xx, 408, 425, 429, a page of somebody between), `unauthorized` (401), `refused` (`RefusedError`, other
 * 4xx), `notCompatible` (404 of an unknown route; without a token also a body that is no JSON: no TSDD server).
 */
export async function requestJson(options: HttpOptions, request: HttpRequest): Promise<unknown> {
  const url = new URL(`${options.server}/v1${request.path}`);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.token !== undefined) headers['token'] = options.token;
  const signals = [AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS)];
  if (request.signal) signals.push(request.signal);
  const init: RequestInit = {
    method: request.method,
    headers,
    signal: AbortSignal.any(signals),
    redirect: 'error',
  };
  if (request.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(request.body);
  }
  const doFetch = options.fetch ?? ((u: string, i: RequestInit) => globalThis.fetch(u, i));
  let status: number;
  let text: string;
  let retryAfter: string | null;
  try {
    const response = await doFetch(url.href, init);
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    request.onHead?.(response.headers);
    text = await readText(response);
  } catch (error) {
    const reason = networkReason(error);
    const badCertificate = isCertificateError(reason);
    const proxy = proxyFaultOf(error);
    throw new NoAnswerError(
      badCertificate
        ? `the certificate of ${url.host} is not accepted (${reason})`
        : `${endpointName(request)}: ${reason}`,
      { badCertificate, reached: !proxy && (reason === TIMED_OUT || LOST_ANSWER.test(reason)), proxy },
    );
  }
  return interpretAnswer(endpointName(request), status, text, {
    retryAfter,
    known: options.token !== undefined,
  });
}

/** @throws when it is longer than an answer can be. */
export async function readText(response: Response): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > MAX_BODY_BYTES) throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const TIMED_OUT = 'timed out';

/** A word or code for a log, never content, and no address but a proxy's. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return TIMED_OUT;
  if (error.name === 'AbortError') return 'cancelled';
  const cause: unknown = error.cause;
  if (cause instanceof ProxyError) return cause.message;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.message;
}

/**
 * The body of an answer, or its failure as `CodedError`; `name` names the endpoint in messages. `known`: there is a
 * TSDD server at this address, so that what is not its language comes from somebody between, and says nothing about
 * what was asked for: neither that it was refused nor that the session has ended.
 */
export function interpretAnswer(
  name: string,
  status: number,
  text: string,
  { retryAfter = null, known }: { retryAfter?: string | null; known: boolean },
): unknown {
  let body: unknown;
  let isJson = true;
  try {
    body = text === '' ? null : parseExact(text);
  } catch {
    isJson = false;
  }
  const isSuccess = status >= 200 && status < 300;
  if (known && !isJson && (isSuccess || (FROM_BETWEEN.has(status) && /^\s*</.test(text))))
    throw new NoAnswerError(`${name}: status ${status} with what is no answer of the server`, {
      status,
      mayBeDone: false,
    });
  if (status === 401)
    throw new CodedError('unauthorized', messageOf(body) ?? `${name}: the token is not accepted`);
  if (status >= 500 || ASK_LATER.has(status)) {
    const retryAfterMs = waitOf(retryAfter);
    throw new NoAnswerError(`${name}: the server failed with status ${status}`, {
      status,
      retryAfterMs,
      mayBeDone: status >= 500 || status === 408,
    });
  }
  if (status >= 400) {
    if (!isJson || body === null) {
      if (status === 404)
        throw new CodedError('notCompatible', `${name}: the server does not know this route`);
      throw new RefusedError(`${name}: status ${status}`, null, null);
    }
    throw new RefusedError(messageOf(body) ?? `${name}: status ${status}`, machineCodeOf(body), body);
  }
  if (!isJson) throw new CodedError('notCompatible', `${name}: the answer is not JSON`);
  return body;
}

/** `Retry-After` (RFC 9110, 10.2.3), ms: seconds or a date; null when it says nothing. */
function waitOf(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

function stringAt(body: unknown, key: string): string | null {
  const value = isObject(body) ? body[key] : null;
  return typeof value === 'string' && value !== '' ? cutText(value, 500) : null;
}
const messageOf = (body: unknown): string | null => stringAt(body, 'msg') ?? stringAt(body, 'message');
const machineCodeOf = (body: unknown): string | null => stringAt(body, 'code');
