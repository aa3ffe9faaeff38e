/**
 * The way of the pages that clients read most (POST with a token): one request to TSDD and one answer, both whole,
 * without what the general way (guard-app.ts) needs for streams, forms and errors of every kind. What is not exactly
 * such a call goes the general way.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reasonOf } from '../../../shared/errors.ts';
import { ApiError } from '../../business/http/errors.ts';
import { PAGE_PATHS } from '../masking/pages.ts';
import { BODILESS, OddAnswer, type RawAnswer } from './answer-reader.ts';
import { maskedBody, unpackedPage } from './masked-answer.ts';
import { Late, SILENCE_MS } from './page-connections.ts';
import type { GuardParts } from './parts.ts';
import { inTurn, mayAsk } from './pipelines.ts';
import { MOST_BYTES, readBody, TooLarge } from './read-body.ts';
import { DOWN_PATIENCE_MS } from './upstreams.ts';
import { WholeRequest } from './whole-request.ts';

/** It is put together with what TSDD does not have (extra-sync.ts). */
const OTHERWISE = '/v1/message/extra/sync';
const QUICK = new Set(PAGE_PATHS.filter((path) => path !== OTHERWISE));
const MOST_ASKED = 1024 * 1024;
const TOO_MANY_UNANSWERED = new ApiError(429, '请求过于频繁，请稍后再试！');
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
    if (!mayAsk(request, response)) refuse(passage, request, response, TOO_MANY_UNANSWERED, path ?? '');
    else if (path === null || passage.parts.notReady() === 'draining') general(request, response);
    else inTurn(request, () => passOn(passage, request, response, path));
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
    refuse(passage, request, response, error, path);
  }
  parts.metrics.answered(path, response.statusCode, performance.now() - startedAt);
}

function refuse(
  passage: PagePassage,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  path: string,
): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = passage.errorAnswer(error, path);
  // What is left of its body would be taken for the next request.
  const ending = request.complete && error !== TOO_MANY_UNANSWERED ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...ending, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function answer(
  { parts }: PagePassage,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const whole = request instanceof WholeRequest ? request.whole() : null;
  const asked = await (whole ?? readBody(request, MOST_ASKED));
  const token = String(request.headers['token']);
  const upstream = parts.upstreams.pick(token);
  const {
    status,
    headers,
    encoding,
    body: packed,
  } = await ask(parts, upstream, { request, response, body: asked });
  let [sent, own] = [packed, headers];
  if (status === 200) {
    const startedAt = performance.now();
    const body = await unpackedPage(packed, encoding);
    const result = await maskedBody(parts, path, body, token);
    parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
    if (result !== body) [sent, own] = [result, without(headers, 'content-encoding')];
  }
  const length = BODILESS.has(status) ? [] : ['content-length', String(sent.length)];
  response.writeHead(status, [...own, ...length]).end(sent);
}

/** TSDD could not be asked, or did not answer. */
export class NoAnswer extends Error {
  readonly isLate: boolean;

  constructor(cause: unknown) {
    super(reasonOf(cause));
    this.isLate = cause instanceof Late;
  }
}

interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
}

/** @throws NoAnswer; TooLarge */
async function ask(parts: GuardParts, upstream: string, call: Call): Promise<RawAnswer> {
  const { request, response, body } = call;
  const path = request.url ?? '/';
  const headers = requestHeaders(request, hostOf(upstream), body.length);
  const asked = parts.upstreams.pages.ask(upstream, requestBytes(path, headers, body));
  const gone = (): void => {
    if (!response.writableFinished) asked.abort();
  };
  response.once('close', gone);
  const late = parts.upstreams.isUp(upstream)
    ? undefined
    : setTimeout(() => asked.abort(new Late()), DOWN_PATIENCE_MS);
  try {
    return await asked.answer;
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    if (error instanceof OddAnswer) return askNode(parts, upstream, headers, call);
    throw noAnswer(parts, upstream, response, error);
  } finally {
    clearTimeout(late);
    response.removeListener('close', gone);
  }
}

function noAnswer(parts: GuardParts, upstream: string, response: ServerResponse, error: unknown): NoAnswer {
  // Who asked has gone: that is no fault of TSDD.
  if (!response.destroyed) {
    parts.upstreams.failed(upstream, reasonOf(error));
    parts.log.warn('tsdd_failed', { upstream, reason: reasonOf(error) });
  }
  return new NoAnswer(error);
}

/** Asked once more, and read by Node's parser: a page may be read twice. @throws NoAnswer; TooLarge */
async function askNode(
  parts: GuardParts,
  upstream: string,
  headers: readonly string[],
  { request, response, body }: Call,
): Promise<RawAnswer> {
  const once = (): Promise<IncomingMessage | 'stale'> =>
    new Promise((resolve, reject) => {
      const outgoing = parts.upstreams.request(upstream, {
        path: request.url ?? '/',
        method: 'POST',
        headers,
      });
      response.once('close', () => {
        if (!response.writableFinished) outgoing.destroy();
      });
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Late()));
      outgoing.once('response', resolve);
      outgoing.once('error', (error: NodeJS.ErrnoException) => {
        // The end of a kept connection: it has not seen this request. Each time there is one less of them.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET' && !response.destroyed) resolve('stale');
        else reject(noAnswer(parts, upstream, response, error));
      });
      outgoing.end(body);
    });
  let incoming = await once();
  while (incoming === 'stale') incoming = await once();
  return {
    status: incoming.statusCode ?? 502,
    headers: headersOf(incoming),
    encoding: incoming.headers['content-encoding'] ?? '',
    body: await readBody(incoming, MOST_BYTES),
    isKept: true,
  };
}

/** An origin without a path, as the command line has made it. */
const hostOf = (origin: string): string => origin.slice(origin.indexOf('//') + 2);

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

/** No value that Node's parser took has a line break in it; one that had would be a second head. */
const PATH_TEXT = /^[!-~]+$/;
const HEAD_TEXT = /^[\t -~\x80-\xff]*$/;

/** @throws ApiError 400 */
function requestBytes(path: string, headers: readonly string[], body: Buffer): Buffer {
  let head = `POST ${path} HTTP/1.1\r\n`;
  if (!PATH_TEXT.test(path)) throw new ApiError(400, '请求数据格式有误！');
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const line = `${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`;
    if (!HEAD_TEXT.test(line)) throw new ApiError(400, '请求数据格式有误！');
    head += `${line}\r\n`;
  }
  head += '\r\n';
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  body.copy(bytes, head.length);
  return bytes;
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
