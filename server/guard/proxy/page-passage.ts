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
import type { Same } from '../masking/same-pages.ts';
import type { FramedRows } from '../masking/whole-pages.ts';
import type { Foreseen } from '../recall/foresight.ts';
import { BODILESS, OddAnswer, type RawAnswer } from './answer-reader.ts';
import { maskedBody, maskOptions, unpackedPage } from './masked-answer.ts';
import { type AnswerListener, Late, type PageCall, SILENCE_MS } from './page-connections.ts';
import { HOP_BY_HOP, questionBytes, questionHeaders } from './page-question.ts';
import type { GuardParts } from './parts.ts';
import { inTurn, mayAsk } from './pipelines.ts';
import { MOST_BYTES, readBody, TooLarge } from './read-body.ts';
import { DOWN_PATIENCE_MS } from './upstreams.ts';
import { WholeRequest } from './whole-request.ts';
import { WholeResponse } from './whole-response.ts';

/** Those for members of a group only (extra-sync.ts, members-only.ts). */
const OTHERWISE = ['/v1/message/extra/sync', '/v1/message/pinned/sync'];
const QUICK = new Set(PAGE_PATHS.filter((path) => !OTHERWISE.includes(path)));
const MOST_ASKED = 1024 * 1024;
const TOO_MANY_UNANSWERED = new ApiError(429, '请求过于频繁，请稍后再试！');
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
  /** What was seen of what may be the whole page while TSDD's last word was on its way. */
  ahead: { page: Buffer; seen: Seen } | null;
  /** What was asked about it beside TSDD. */
  foreseen: Foreseen | null;
  /** It was answered, or cannot be. */
  done: () => void;
}

/** Of a page: that it was looked at a moment ago, or its rows where they can be told from its bytes. */
type Seen = { before: Same } | { rows: FramedRows } | null;

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
    foreseen: null,
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
    passing.foreseen = passage.parts.foresight.begin(passing.path, String(request.headers['token']), body);
  } catch (error) {
    failed(passing, error);
  }
}

/** What it finds is used if the page was whole; what is known of its rows is asked when that is certain. */
function lookAhead(passing: Passing, page: Buffer): void {
  try {
    passing.ahead = { page, seen: seenOf(passing, page) };
  } catch {
    // It is looked at again, where that is an answer's own failure.
  }
}

/** Answers whether the answer's memory is free. */
function answered(passing: Passing, answer: RawAnswer): boolean {
  try {
    const seen = seenIn(passing, answer);
    const isTaken = seen === null ? null : sentNow(passing, answer, seen);
    if (isTaken !== null) {
      sent(passing, seen);
      return isTaken;
    }
    sentLater(passing, answer, seen).then(
      () => sent(passing, seen),
      (error: unknown) => failed(passing, error),
    );
  } catch (error) {
    failed(passing, error);
  }
  return false;
}

/** What was asked beside TSDD is waited for; what it did not foresee is asked about then. */
async function sentLater(passing: Passing, answer: RawAnswer, seen: Seen): Promise<void> {
  const pending = passing.foreseen?.asked?.pending ?? null;
  if (pending !== null && answer.status === 200) {
    await pending;
    if (seen !== null && 'rows' in seen && sentNow(passing, answer, seen) !== null) return;
  }
  await send(passing, answer, seen !== null && 'rows' in seen ? seen.rows : null);
}

function sent(passing: Passing, seen: Seen): void {
  ended(passing);
  const { foreseen, passage } = passing;
  if (foreseen !== null && seen !== null && 'rows' in seen)
    passage.parts.foresight.keep(foreseen, seen.rows.all);
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

function seenOf({ passage, path }: Passing, page: Buffer): Seen {
  const before = passage.parts.samePages.looked(path, page);
  if (before !== null) return { before };
  const rows = rowsIn(path, page);
  return rows === null ? null : { rows };
}

function seenIn(passing: Passing, { status, encoding, body }: RawAnswer): Seen {
  if (status !== 200 || encoding !== '') return null;
  const { passage, ahead } = passing;
  if (ahead?.page !== body) return seenOf(passing, body);
  // A recall may have become known since.
  const { seen } = ahead;
  const holds = seen === null || 'rows' in seen || passage.parts.samePages.holds(seen.before);
  return holds ? seen : seenOf(passing, body);
}

/** Most pages: nothing has to be waited for. Null: this is none; otherwise as `sendWhole` answers. */
function sentNow(
  { passage: { parts }, response, path }: Passing,
  { headers, body }: RawAnswer,
  seen: NonNullable<Seen>,
): boolean | null {
  const startedAt = performance.now();
  const decided = 'rows' in seen ? maskedFromMemory(seen.rows, body, maskOptions(parts)) : null;
  const looked = 'rows' in seen ? decided : seen.before;
  if (looked === null || !(response instanceof WholeResponse)) return null;
  const isTaken = response.sendWhole(headers, looked.result);
  if (isTaken === null) return null;
  if (decided !== null) parts.samePages.keep(path, body, decided, decided.until);
  else parts.metrics.lookups.inc({ result: 'cached' });
  if (looked.blanked > 0) parts.metrics.masked.inc({ kind: 'message' }, looked.blanked);
  parts.metrics.maskSeconds.observe((performance.now() - startedAt) / 1000);
  return isTaken;
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
  const bytes = questionBytes(request, upstream, body);
  let abort: PageCall['abort'] | null = null;
  const late = parts.upstreams.isUp(upstream)
    ? undefined
    : setTimeout(() => abort?.(new Late()), DOWN_PATIENCE_MS);
  const gone = (): void => {
    if (!response.writableFinished) abort?.();
  };
  response.once('close', gone);
  const whole = (answer: RawAnswer): boolean => {
    clearTimeout(late);
    response.removeListener('close', gone);
    return listener.whole(answer);
  };
  const failed = (why: Error): void => {
    clearTimeout(late);
    response.removeListener('close', gone);
    if (why instanceof OddAnswer)
      askNode(parts, upstream, call).then(
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
  { request, response, body }: Call,
): Promise<RawAnswer> {
  const headers = [...questionHeaders(request, upstream), 'Content-Length', String(body.length)];
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
