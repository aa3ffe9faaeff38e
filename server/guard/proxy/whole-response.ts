/**
 * An answer whose head and body are there at once: one write to the socket, in place of Node's two with what it makes
 * of each header. For answers over connections that stay, to clients of HTTP/1.1.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_HTTP_LIMITS } from '../../http-limits.ts';

/** What Node writes of a connection that stays. */
const KEPT = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(DEFAULT_HTTP_LIMITS.idleMs / 1_000)}\r\n`;

/** Node's own, behind `headersSent`: that the head was written elsewhere. */
interface Written {
  _header: string;
  _headerSent: boolean;
}

/** Names and values of the last answer, which most others of the same second have, too. */
let [lastHeaders, lastLines]: [readonly string[] | null, string] = [null, ''];

function linesOf(headers: readonly string[]): string {
  if (headers === lastHeaders) return lastLines;
  let lines = 'HTTP/1.1 200 OK\r\n';
  for (let at = 0; at + 1 < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  [lastHeaders, lastLines] = [headers, lines];
  return lines;
}

export class WholeResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  /**
   * A 200. `headers`: names and values in turn, of an answer that was read (answer-reader.ts): they have no line break
   * in them. Null: it has to be written by Node. Otherwise whether the system has taken all of it, so that the memory
   * of `body` is free.
   */
  sendWhole(headers: readonly string[], body: Buffer): boolean | null {
    const { socket } = this;
    // One that has to wait for those before it has no socket yet.
    if (socket === null || !this.shouldKeepAlive || this.req.httpVersion !== '1.1') return null;
    if (this.headersSent || this.destroyed) return null;
    const head = `${linesOf(headers)}Content-Length: ${body.length}\r\n${KEPT}\r\n`;
    const own = this as unknown as Written;
    own._header = head;
    own._headerSent = true;
    // One call of the system, without a copy.
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(body);
    socket.uncork();
    const isTaken = socket.writableLength === 0;
    this.end();
    return isTaken;
  }
}
