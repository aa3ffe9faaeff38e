/** WebSocket and other upgrades: the bytes of both sides as they come, after the request's own head. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connectToNode } from './node-socket.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** `failed` is told why the node could not be reached. */
export function tunnelUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  origin: string,
  failed: (reason: string) => void,
): void {
  const url = new URL(origin);
  const { socket: upstream, opened } = connectToNode(url);
  let open = false;
  const end = (): void => {
    upstream.destroy();
    client.destroy();
  };
  upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('no connection in time')));
  upstream.once(opened, () => {
    open = true;
    upstream.setTimeout(0);
    upstream.write(`${headOf(request, url.host)}\r\n\r\n`);
    if (head.length > 0) upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  upstream.on('error', (error) => {
    if (!open) {
      failed(error.message);
      client.write('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    }
    end();
  });
  client.on('error', end);
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
}

/** The request line and headers as they came, but for the host and who asked. */
function headOf(request: IncomingMessage, host: string): string {
  const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`];
  const forwarded: string[] = [];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? '';
    const value = request.rawHeaders[at + 1] ?? '';
    if (name.toLowerCase() === 'x-forwarded-for') forwarded.push(value);
    else lines.push(`${name}: ${name.toLowerCase() === 'host' ? host : value}`);
  }
  forwarded.push(request.socket.remoteAddress ?? '');
  lines.push(`X-Forwarded-For: ${forwarded.join(', ')}`);
  return lines.join('\r\n');
}
