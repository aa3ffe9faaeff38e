/**
 * One GET from the feed, over the app's own network: the proxy, the sign-in to it and the authorities that hold for the
 * servers hold here. No cookie, cache or sign-in is used or kept. A redirect is followed only within the same origin:
 * an update comes from where the app was told to look, and from nowhere else.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { proxyFaultOf, ProxyError } from '../../../shared/proxy-error.ts';
import { answerOf } from '../../core/api/node-answer.ts';
import { isCertificateError } from '../../core/connection/certificate-error.ts';
import type { Network } from '../../core/network/network.ts';
import { UpdateError } from './update-error.ts';

const MOST_REDIRECTS = 3;
/** The request ends when nothing has come for so long. */
const STALLED_MS = 30_000;
/** So long a manifest may take: one that drips in is a feed that keeps news from us, and every check waits for it. */
const LONGEST_TEXT_MS = 90_000;

/** Sends one GET and follows nothing. Rejects as `fetch` does. */
export type FeedFetch = (url: URL, headers: Record<string, string>, signal: AbortSignal) => Promise<Response>;

export interface FeedGetOptions {
  url: URL;
  fetch: FeedFetch;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Tests shorten it, ms. */
  stalledMs?: number;
}

export interface FeedAnswer {
  status: number;
  header: (name: string) => string | null;
  /** Throws `network` when it ends early or nothing comes any more. Whoever leaves it early ends the request. */
  body: AsyncIterable<Uint8Array>;
  /** For whoever does not want the body. */
  end: () => void;
}

export function feedFetch(network: Pick<Network, 'fetchBy'>): FeedFetch {
  return (url, headers, signal) =>
    network.fetchBy(url.href, { headers, signal, redirect: 'manual' }, () => directly(url, headers, signal));
}

/** `fetch` would add who asks and in which language. */
async function directly(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(url, { headers, signal, agent: false }, resolve).on('error', reject).end();
  return answerOf(await promise, signal);
}

/** Throws `network`, `proxy`, `certificate`, `redirect`; any status is an answer. */
export async function feedGet(options: FeedGetOptions): Promise<FeedAnswer> {
  let url = options.url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const outcome = await once(url, options);
    if (!('to' in outcome)) return outcome;
    const next = URL.parse(outcome.to, url.href);
    if (!next || next.origin !== options.url.origin || next.username !== '' || next.password !== '')
      throw new UpdateError('redirect', `${url.host} sent us to ${next?.origin ?? 'no address'}`);
    url = next;
  }
  throw new UpdateError('redirect', `${url.host} sent us around in a circle`);
}

async function once(url: URL, options: FeedGetOptions): Promise<FeedAnswer | { to: string }> {
  const { fetch, headers = {}, signal, stalledMs = STALLED_MS } = options;
  const watch = new Watch(stalledMs, signal);
  let answer: Response;
  try {
    // A package is packed already, and its bytes are counted.
    const sent = { accept: '*/*', 'accept-encoding': 'identity', ...headers };
    answer = await fetch(url, sent, watch.signal);
  } catch (error) {
    watch.end();
    throw failureOf(error, url, watch);
  }
  const to = answer.headers.get('location');
  if (answer.status >= 300 && answer.status < 400 && to !== null) {
    watch.stop(null);
    return { to };
  }
  return {
    status: answer.status,
    header: (name) => answer.headers.get(name),
    body: bytesOf(answer, url, watch),
    end: () => watch.stop(null),
  };
}

/** Ends a request that is not wanted any more, or from which nothing comes. */
class Watch {
  /** Why it was ended from here. */
  reason: UpdateError | DOMException | null = null;
  readonly #ending = new AbortController();
  readonly #stalledMs: number;
  readonly #wanted: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(stalledMs: number, wanted: AbortSignal | undefined) {
    this.#stalledMs = stalledMs;
    this.#wanted = wanted;
    wanted?.addEventListener('abort', this.#unwanted);
    if (wanted?.aborted) this.#unwanted();
    else this.progress();
  }

  /** The request's. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  progress(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.stop(new UpdateError('network', 'nothing has come for too long')),
      this.#stalledMs,
    );
  }

  stop(reason: UpdateError | DOMException | null): void {
    this.reason ??= reason;
    this.end();
    this.#ending.abort();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#wanted?.removeEventListener('abort', this.#unwanted);
  }

  readonly #unwanted = (): void => this.stop(new DOMException('not wanted any more', 'AbortError'));
}

function failureOf(error: unknown, url: URL, watch: Watch): UpdateError | DOMException {
  if (watch.reason) return watch.reason;
  const fault = proxyFaultOf(error);
  if (fault) {
    const { message } = new ProxyError(fault.problem, fault.address, fault.detail);
    return new UpdateError('proxy', `${url.host}: ${message}`);
  }
  const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  const code = errorCode(cause);
  const kind = isCertificateError(code) ? 'certificate' : 'network';
  return new UpdateError(kind, `${url.host}: ${reasonOf(cause)}${code === '' ? '' : ` (${code})`}`);
}

async function* bytesOf(answer: Response, url: URL, watch: Watch): AsyncGenerator<Uint8Array> {
  let whole = false;
  try {
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      watch.progress();
      yield chunk;
    }
    whole = true;
  } catch (error) {
    throw failureOf(error, url, watch);
  } finally {
    if (whole) watch.end();
    else watch.stop(null);
  }
  if (watch.reason) throw watch.reason;
}

export interface FeedTextOptions extends Omit<FeedGetOptions, 'url' | 'signal'> {
  /** Tests shorten it, ms. */
  longestMs?: number;
}

/**
 * The whole body. Throws `server` for any status but 200, `malformed` for more than `mostBytes`, `network` when it is
 * not there in time, however steadily it comes.
 */
export async function feedText(url: URL, mostBytes: number, options: FeedTextOptions): Promise<Buffer> {
  const { longestMs = LONGEST_TEXT_MS, ...others } = options;
  const late = AbortSignal.timeout(longestMs);
  try {
    return await wholeText(url, mostBytes, { ...others, signal: late });
  } catch (error) {
    if (!late.aborted || error instanceof UpdateError) throw error;
    throw new UpdateError('network', `${url.pathname}: not here within ${longestMs / 1000} s`);
  }
}

async function wholeText(url: URL, mostBytes: number, options: Omit<FeedGetOptions, 'url'>): Promise<Buffer> {
  const answer = await feedGet({ ...options, url });
  if (answer.status !== 200) {
    answer.end();
    throw new UpdateError('server', `${url.pathname}: the feed answers ${answer.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes)
      throw new UpdateError('malformed', `${url.pathname}: more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
