/** What TSDD is asked for a page: the client's question, with what of it belongs to the connection taken out. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '../../business/http/errors.ts';

/** Of one connection, not of what is sent over it. */
export const HOP_BY_HOP = new Set([
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

/** An origin without a path, as the command line has made it. */
const hostOf = (origin: string): string => origin.slice(origin.indexOf('//') + 2);

/** Names and values in turn: as they came, but for those of the connection, and for what TSDD is told of who asked. */
export function questionHeaders(request: IncomingMessage, upstream: string): string[] {
  const { rawHeaders, headers, socket } = request;
  const next: string[] = ['Host', hostOf(upstream)];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!REPLACED.has(name.toLowerCase())) next.push(name, rawHeaders[at + 1] ?? '');
  }
  const before = headers['x-forwarded-for'];
  const peer = socket.remoteAddress ?? '';
  next.push('X-Forwarded-For', before === undefined ? peer : `${String(before)}, ${peer}`);
  if (headers['x-forwarded-proto'] === undefined) next.push('X-Forwarded-Proto', 'http');
  // What is read here has to come unpacked.
  next.push('Accept-Encoding', 'identity', 'Connection', 'keep-alive');
  return next;
}

/** No value that Node's parser took has a line break in it; one that had would be a second head. */
const PATH_TEXT = /^[!-~]+$/;
const HEAD_TEXT = /^[\t -~\x80-\xff]*$/;

/** What a connection said last, and what of it TSDD is told: most clients say the same with each call. */
interface LastHead {
  raw: readonly string[];
  upstream: string;
  text: string;
}
const lastHeads = new WeakMap<Socket, LastHead>();

/** Lines of the head but the first and the length. @throws ApiError 400 */
function headTextOf(request: IncomingMessage, upstream: string): string {
  const { socket, rawHeaders: raw } = request;
  const last = lastHeads.get(socket);
  if (last !== undefined && last.upstream === upstream && isSaidAgain(last.raw, raw)) return last.text;
  const headers = questionHeaders(request, upstream);
  let text = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const line = `${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`;
    if (!HEAD_TEXT.test(line)) throw new ApiError(400, '请求数据格式有误！');
    text += `${line}\r\n`;
  }
  lastHeads.set(socket, { raw, upstream, text });
  return text;
}

/** The same names and values in the same order; the length, which is told anew, may be another. */
function isSaidAgain(before: readonly string[], now: readonly string[]): boolean {
  if (before.length !== now.length) return false;
  for (let at = 0; at < now.length; at += 1)
    if (before[at] !== now[at] && (at % 2 === 0 || !IS_LENGTH.test(now[at - 1] ?? ''))) return false;
  return true;
}
const IS_LENGTH = /^content-length$/i;

/**
 * The request as bytes. `upstream`: an origin.
 * @throws ApiError 400
 */
export function questionBytes(request: IncomingMessage, upstream: string, body: Buffer): Buffer {
  const { url: path = '/' } = request;
  if (!PATH_TEXT.test(path)) throw new ApiError(400, '请求数据格式有误！');
  const head = `POST ${path} HTTP/1.1\r\n${headTextOf(request, upstream)}Content-Length: ${body.length}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  body.copy(bytes, head.length);
  return bytes;
}
