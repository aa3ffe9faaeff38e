/**
 * One GET from the feed, over Chromium's network: its proxies and certificates hold. No cookie, cache or sign-in is
 * used or kept. A redirect is followed only within the same origin: an update comes from where the app was told to
 * look, and from nowhere else.
 */
import type { Readable } from 'node:stream';
import { app, type ClientRequest, net } from 'electron';
import { reasonOf } from '../../../shared/errors.ts';
import { UpdateError } from './update-error.ts';

const MOST_REDIRECTS = 3;
/** The request ends when nothing has come for so long. */
const STALLED_MS = 30_000;

export interface FeedGetOptions {
  url: URL;
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
}

/** Throws `network`, `redirect`; any status is an answer. */
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

function once(url: URL, options: FeedGetOptions): Promise<FeedAnswer | { to: string }> {
  const { headers = {}, signal, stalledMs = STALLED_MS } = options;
  const { promise, resolve, reject } = Promise.withResolvers<FeedAnswer | { to: string }>();
  const request = net.request({
    url: url.href,
    method: 'GET',
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
  });
  request.setHeader('Accept', '*/*');
  // A package is packed already, and its bytes are counted.
  request.setHeader('Accept-Encoding', 'identity');
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
  // Electron asks the request and nobody else; whoever answers for proxies listens to the app (no listener: no answer).
  request.on('login', (details, answer) => {
    const event = { preventDefault: () => undefined };
    if (!app.emit('login', event, null, { url: url.href }, details, answer)) answer();
  });
  const watch = new Watch(request, stalledMs, signal);
  request.on('redirect', (_status, _method, to) => {
    watch.end();
    resolve({ to });
    request.abort();
  });
  request.on('error', (error) => {
    watch.end();
    reject(watch.reason ?? new UpdateError('network', `${url.host}: ${error.message}`));
  });
  request.on('abort', () => {
    watch.end();
    reject(watch.reason ?? new UpdateError('network', `${url.host}: the request was ended`));
  });
  request.on('response', (response) => {
    // Electron's answer is a stream, which its types do not say.
    const stream = response as unknown as Readable;
    resolve({
      status: response.statusCode,
      header: (name) => {
        const value = response.headers[name];
        return (Array.isArray(value) ? value.at(-1) : value) ?? null;
      },
      body: bytesOf(stream, url, watch),
    });
  });
  request.end();
  return promise;
}

/** Ends a request that is not wanted any more, or from which nothing comes. */
class Watch {
  /** Why it was ended from here. */
  reason: UpdateError | DOMException | null = null;
  readonly #request: ClientRequest;
  readonly #stalledMs: number;
  readonly #signal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: ClientRequest, stalledMs: number, signal: AbortSignal | undefined) {
    this.#request = request;
    this.#stalledMs = stalledMs;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#unwanted);
    if (signal?.aborted) queueMicrotask(this.#unwanted);
    this.progress();
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
    this.#request.abort();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#unwanted);
  }

  readonly #unwanted = (): void => this.stop(new DOMException('not wanted any more', 'AbortError'));
}

async function* bytesOf(stream: Readable, url: URL, watch: Watch): AsyncGenerator<Uint8Array> {
  let whole = false;
  try {
    for await (const chunk of stream) {
      watch.progress();
      yield chunk as Uint8Array;
    }
    whole = true;
  } catch (error) {
    throw watch.reason ?? new UpdateError('network', `${url.host}: ${reasonOf(error)}`);
  } finally {
    if (whole) watch.end();
    else watch.stop(null);
  }
  if (watch.reason) throw watch.reason;
}

/** The whole body. Throws `server` for any status but 200, `malformed` for more than `mostBytes`. */
export async function feedText(url: URL, mostBytes: number, signal?: AbortSignal): Promise<Buffer> {
  const answer = await feedGet({ url, ...(signal && { signal }) });
  if (answer.status !== 200)
    throw new UpdateError('server', `${url.pathname}: the feed answers ${answer.status}`);
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
