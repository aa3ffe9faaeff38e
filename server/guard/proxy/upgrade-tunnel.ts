/**
 * WebSockets: once TSDD has taken one, the bytes of both sides as they come. Until then it is a call like others, of
 * which nothing goes on but its head: what lies behind it may be the next call, and that has to be looked at.
 */
import { type IncomingMessage, request as requestTo } from 'node:http';
import type { Duplex } from 'node:stream';
import { connectToNode } from './node-socket.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Said by a proxy for its own connection only. */
const OWN_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Whether it asks for a WebSocket, and not for something else with the words of an upgrade among its headers. */
export function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  );
}

/** `failed` is told why the node could not be reached. */
export function tunnelUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  origin: string,
  failed: (reason: string) => void,
): void {
  const url = new URL(origin);
  const { socket, opened } = connectToNode(url);
  let isAnswered = false;
  socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no connection in time')));
  socket.once(opened, () => socket.setTimeout(0));
  client.on('error', () => client.destroy());
  client.on('close', () => socket.destroy());
  const asking = requestTo({
    method: 'GET',
    path: request.url ?? '/',
    headers: headersOf(request, url.host),
    setHost: false,
    createConnection: () => socket,
  });
  asking.on('upgrade', (answer, upstream, first) => {
    isAnswered = true;
    client.write(headOf(answer, answer.rawHeaders));
    if (first.length > 0) client.write(first);
    if (head.length > 0) upstream.write(head);
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    upstream.pipe(client);
    client.pipe(upstream);
  });
  asking.on('response', (answer) => {
    isAnswered = true;
    client.write(headOf(answer, [...withoutOwn(answer.rawHeaders), 'connection', 'close']));
    answer.on('error', () => client.destroy());
    answer.pipe(client);
  });
  asking.on('error', (error) => {
    if (isAnswered) {
      client.destroy();
      return;
    }
    failed(error.message);
    client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  asking.end();
}

/** As they came, but for the host and who asked. */
function headersOf({ rawHeaders, socket }: IncomingMessage, host: string): string[] {
  const headers: string[] = [];
  const forwarded: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (name.toLowerCase() === 'x-forwarded-for') forwarded.push(value);
    else headers.push(name, name.toLowerCase() === 'host' ? host : value);
  }
  forwarded.push(socket.remoteAddress ?? '');
  return [...headers, 'X-Forwarded-For', forwarded.join(', ')];
}

function withoutOwn(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    if (!OWN_CONNECTION.has((rawHeaders[at] ?? '').toLowerCase())) kept.push(...rawHeaders.slice(at, at + 2));
  return kept;
}

function headOf({ statusCode, statusMessage }: IncomingMessage, headers: readonly string[]): string {
  const lines = [`HTTP/1.1 ${statusCode ?? 502} ${statusMessage ?? ''}`];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
