/**
 * The way of the pages that clients read most (POST with a token): one request to TSDD and one answer, both whole,
 * without what the general way (guard-app.ts) needs for streams, forms and errors of every kind. What is not exactly
 * such a call goes the general way.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reasonOf } from '../../../shared/errors.ts';
import { ApiError } from '../../business/http/errors.ts';
import { maskedFromMemory } from '../masking/framed-pages.ts';
import { PAGE_PATHS, rowsIn } from '../masking/pages.ts';
import type { FramedRows } from '../masking/whole-pages.ts';
import { BODILESS, OddAnswer, type RawAnswer } from './answer-reader.ts';
import { maskedBody, maskOptions, unpackedPage } from './masked-answer.ts';
import { type AnswerListener, Late, type PageCall, SILENCE_MS } from './page-connections.ts';
import type { GuardParts } from './parts.ts';
import { inTurn, mayAsk } from './pipelines.ts';
import { MOST_BYTES, readBody, TooLarge } from './read-body.ts';
import { DOWN_PATIENCE_MS } from './upstreams.ts';
import { WholeRequest } from './whole-request.ts';
import { WholeResponse } from './whole-response.ts';

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

/** What is done with one page, and how long it has taken. Each step is called by the one before, in the same tick. */
interface Passing {
  passage: PagePassage;
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  startedAt: number;
  /** The rows of what may be the whole page, found while TSDD's last word was on its way. */
  ahead: { page: Buffer; rows: FramedRows | null } | null;
  /** It was answered, or cannot be. */
  done: () => void;
}

function passOn(
  passage: PagePassage,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { promise, resolve: done } = Promise.withResolvers<void>();
  const passing: Passing = {
    passage,
    request,
    response,
    path,
    startedAt: performance.now(),
    ahead: null,
    done,
  };
  const taken = (body: Buffer): void => asked(passing, body);
  const left = (reason: unknown): void => failed(passing, reason);
  if (!(request instanceof WholeRequest && request.takeBody(taken, left)))
    readBody(request, MOST_ASKED).then(taken, left);
  return promise;
}

function failed({ passage, request, response, path, ...passing }: Passing, error: unknown): void {
  refuse(passage, request, response, error, path);
  ended({ passage, request, response, path, ...passing });
}

function ended({ passage, response, path, startedAt, done }: Passing): void {
  passage.parts.metrics.answered(path, response.statusCode, performance.now() - startedAt);
  done();
}

function asked(passing: Passing, body: Buffer): void {
  const { passage, request, response } = passing;
  try {
    const upstream = passage.parts.upstreams.pick(String(request.headers['token']));
    ask(
      passage.parts,
      upstream,
      { request, response, body },
      {
        maybeWhole: (page) => lookAhead(passing, page),
        whole: (answer) => answered(passing, answer),
        failed: (reason) => failed(passing, reason),
      },
    );
  } catch (error) {
    failed(passing, error);
  }
}

/** What it finds is used if the page was whole; what is known of its rows is asked when that is certain. */
function lookAhead(passing: Passing, page: Buffer): void {
  try {
    passing.ahead = { page, rows: rowsIn(passing.path, page) };
  } catch {
    // It is looked at again, where that is an answer's own failure.
  }
}

function answered(passing: Passing, answer: RawAnswer): void {
  try {
    const rows = rowsOf(passing, answer);
    if (rows !== null && isSentNow(passing, answer, rows)) ended(passing);
    else
      send(passing, answer, rows).then(
        () => ended(passing),
        (error: unknown) => failed(passing, error),
      );
  } catch (error) {
    failed(passing, error);
  }
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

/** The rows of a page that can be told from its bytes. */
function rowsOf({ path, ahead }: Passing, { status, encoding, body }: RawAnswer): FramedRows | null {
  if (status !== 200 || encoding !== '') return null;
  return ahead?.page === body ? ahead.rows : rowsIn(path, body);
}

/** Most pages: nothing has to be waited for. */
function isSentNow({ passage: { parts }, response }: Passing, answer: RawAnswer, rows: FramedRows): boolean {
  const startedAt = performance.now();
  const result = maskedFromMemory(rows, answer.body, maskOptions(parts));
  if (result === null || !(response instanceof WholeResponse && response.sendWhole(answer.headers, result)))
    return false;
  parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
  return true;
}

async function send(
  { passage: { parts }, request, response, path }: Passing,
  { status, headers, encoding, body: packed }: RawAnswer,
  rows: FramedRows | null,
): Promise<void> {
  let [sent, own] = [packed, headers];
  if (status === 200) {
    const startedAt = performance.now();
    const body = await unpackedPage(packed, encoding);
    const token = String(request.headers['token']);
    const result = await maskedBody(parts, path, body, token, undefined, rows ?? undefined);
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

/** `failed` is told of NoAnswer and TooLarge. @throws ApiError 400 */
function ask(parts: GuardParts, upstream: string, call: Call, listener: Required<AnswerListener>): void {
  const { request, response, body } = call;
  const path = request.url ?? '/';
  const headers = requestHeaders(request, hostOf(upstream), body.length);
  const bytes = requestBytes(path, headers, body);
  let abort: PageCall['abort'] | null = null;
  const late = parts.upstreams.isUp(upstream)
    ? undefined
    : setTimeout(() => abort?.(new Late()), DOWN_PATIENCE_MS);
  const gone = (): void => {
    if (!response.writableFinished) abort?.();
  };
  response.once('close', gone);
  const whole = (answer: RawAnswer): void => {
    clearTimeout(late);
    response.removeListener('close', gone);
    listener.whole(answer);
  };
  const failed = (why: Error): void => {
    clearTimeout(late);
    response.removeListener('close', gone);
    if (why instanceof OddAnswer)
      askNode(parts, upstream, headers, call).then(
        (answer) => listener.whole(answer),
        (reason: Error) => listener.failed(reason),
      );
    else listener.failed(why instanceof TooLarge ? why : noAnswer(parts, upstream, response, why));
  };
  const heard = { maybeWhole: listener.maybeWhole, whole, failed };
  abort = parts.upstreams.pages.askFor(upstream, bytes, heard);
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
