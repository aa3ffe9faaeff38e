/**
 * The way of the pages that clients read most (POST with a token): one request to TSDD and one answer, both whole,
 * without what the general way (guard-app.ts) needs for streams, forms and errors of every kind. What is not exactly
 * such a call goes the general way.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reasonOf } from '../../../shared/errors.ts';
import { PAGE_PATHS } from '../masking/pages.ts';
import { maskedBody, MOST_BYTES, unpackedPage } from './masked-answer.ts';
import type { GuardParts } from './parts.ts';
import { readBody } from './read-body.ts';

/** It is put together with what TSDD does not have (extra-sync.ts). */
const OTHERWISE = '/v1/message/extra/sync';
const QUICK = new Set(PAGE_PATHS.filter((path) => path !== OTHERWISE));
const MOST_ASKED = 1024 * 1024;
const SILENCE_MS = 60_000;
/** Of one connection, not of what is sent over it. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const REPLACED = new Set([
  ...HOP_BY_HOP,
  'host',
  'content-length',
  'accept-encoding',
  'expect',
  'x-forwarded-for',
]);

/** What has to be answered in place of TSDD's answer. */
export interface ErrorAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

interface PagePassage {
  parts: GuardParts;
  errorAnswer: (error: unknown, path: string) => ErrorAnswer;
}

/** Answers such calls itself and gives all others to `general`. */
export function pagesFirst(passage: PagePassage, general: RequestListener): RequestListener {
  return (request, response) => {
    const path = quickPath(request);
    if (path === null || passage.parts.notReady() === 'draining') general(request, response);
    else void passOn(passage, request, response, path);
  };
}

/** The path, written as TSDD's router has it; null = not for here. */
function quickPath({ method, url = '', headers }: IncomingMessage): string | null {
  if (method !== 'POST') return null;
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  if (!QUICK.has(path)) return null;
  const { token, connection } = headers;
  const length = Number(headers['content-length'] ?? Number.NaN);
  const isPlain =
    typeof token === 'string' &&
    token !== '' &&
    length <= MOST_ASKED &&
    (connection === undefined || /^(?:keep-alive|close)$/i.test(connection));
  return isPlain && headers.expect === undefined && headers['transfer-encoding'] === undefined ? path : null;
}

async function passOn(
  passage: PagePassage,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { parts } = passage;
  const startedAt = performance.now();
  try {
    await answer(passage, request, response, path);
  } catch (error) {
    if (!response.destroyed && !response.headersSent) {
      const { status, headers, body } = passage.errorAnswer(error, path);
      // What is left of its body would be taken for the next request.
      const ending = request.complete ? {} : { connection: 'close' };
      response.writeHead(status, { ...headers, ...ending, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    } else response.destroy();
  }
  parts.metrics.requests.inc({ route: path, status: String(response.statusCode) });
  parts.metrics.requestSeconds.observe({ route: path }, (performance.now() - startedAt) / 1000);
}

async function answer(
  { parts }: PagePassage,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const asked = await readBody(request, MOST_ASKED);
  const token = String(request.headers['token']);
  const upstream = parts.upstreams.pick(token);
  const incoming = await ask(parts, upstream, { request, response, body: asked });
  const status = incoming.statusCode ?? 502;
  const headers = headersOf(incoming);
  if (status !== 200) {
    const body = await readBody(incoming, MOST_BYTES);
    response.writeHead(status, [...headers, 'content-length', String(body.length)]).end(body);
    return;
  }
  const packed = await readBody(incoming, MOST_BYTES);
  const startedAt = performance.now();
  const body = await unpackedPage(packed, incoming.headers['content-encoding'] ?? '');
  const result = await maskedBody(parts, path, body, token);
  parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
  const sent = result === body ? packed : result;
  const own = result === body ? headers : without(headers, 'content-encoding');
  own.push('content-length', String(sent.length));
  response.writeHead(200, own).end(sent);
}

/** TSDD could not be asked, or did not answer. */
export class NoAnswer extends Error {}

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
}

/** @throws NoAnswer */
function ask(parts: GuardParts, upstream: string, call: Call): Promise<IncomingMessage> {
  const { request, response, body } = call;
  const headers = requestHeaders(request, new URL(upstream).host, body.length);
  const once = (mayRepeat: boolean): Promise<IncomingMessage> =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = parts.upstreams.request(upstream, {
        path: request.url ?? '/',
        method: 'POST',
        headers,
      });
      response.once('close', () => {
        if (!response.writableFinished) outgoing.destroy();
      });
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error('no answer in time')));
      outgoing.once('response', resolve);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        // A connection that TSDD ended while it was idle: it has not seen this request, which changes nothing anyway.
        const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        if (mayRepeat && isStale && !response.destroyed) {
          resolve(once(false));
          return;
        }
        // Who asked has gone: that is no fault of TSDD.
        if (!response.destroyed) {
          parts.upstreams.failed(upstream, reasonOf(error));
          parts.log.warn('tsdd_failed', { upstream, reason: reasonOf(error) });
        }
        reject(new NoAnswer(reasonOf(error)));
      });
      outgoing.end(body);
    });
  return once(true);
}

/** As they came, but for those of the connection, and for what TSDD is told of who asked. */
function requestHeaders(request: IncomingMessage, host: string, length: number): string[] {
  const { rawHeaders, headers, socket } = request;
  const next: string[] = ['Host', host];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!REPLACED.has(name.toLowerCase())) next.push(name, rawHeaders[at + 1] ?? '');
  }
  const before = headers['x-forwarded-for'];
  const peer = socket.remoteAddress ?? '';
  next.push('X-Forwarded-For', before === undefined ? peer : `${String(before)}, ${peer}`);
  if (headers['x-forwarded-proto'] === undefined) next.push('X-Forwarded-Proto', 'http');
  // What is read here has to come unpacked.
  next.push('Accept-Encoding', 'identity', 'Content-Length', String(length), 'Connection', 'keep-alive');
  return next;
}

function headersOf({ rawHeaders }: IncomingMessage): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (!HOP_BY_HOP.has(name) && name !== 'content-length')
      kept.push(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  }
  return kept;
}

function without(headers: readonly string[], name: string): string[] {
  return headers.filter((_, at) => (headers[at - (at % 2)] ?? '').toLowerCase() !== name);
}
