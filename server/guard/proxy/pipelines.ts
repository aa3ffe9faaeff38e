/**
 * What one connection may have under way. A client may send calls before it has the answers to those before (HTTP
 * pipelining); hardly any does, and a page is read whole, so that one connection could hold any number of them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Pages of one connection that TSDD is asked for at once; others wait for their turn. */
export const PAGES_AT_ONCE = 8;
/** Calls of one connection without an answer; the next is refused, and the connection ends with that. */
export const MOST_UNANSWERED = 128;
/** Whoever goes on sending after the refusal is not heard to the end. */
const MOST_HEARD = 4 * MOST_UNANSWERED;

interface Line {
  unanswered: number;
  pages: number;
  waiting: (() => void)[];
}

const lines = new WeakMap<Socket, Line>();

function lineOf(socket: Socket): Line {
  let line = lines.get(socket);
  if (line === undefined) lines.set(socket, (line = { unanswered: 0, pages: 0, waiting: [] }));
  return line;
}

/** Counts a call. False: it is one too many. */
export function mayAsk({ socket }: IncomingMessage, response: ServerResponse): boolean {
  const line = lineOf(socket);
  line.unanswered += 1;
  if (line.unanswered > MOST_HEARD) socket.destroy();
  response.once('close', () => {
    line.unanswered -= 1;
  });
  return line.unanswered <= MOST_UNANSWERED;
}

/** Starts with a page, now or when it is its turn; what is started ends by itself and does not throw. */
export function inTurn({ socket }: IncomingMessage, start: () => Promise<void>): void {
  const line = lineOf(socket);
  const begin = async (): Promise<void> => {
    line.pages += 1;
    await start();
    line.pages -= 1;
    // Nobody is told that a connection has ended with calls that were not yet at the head of the line.
    if (!socket.destroyed) line.waiting.shift()?.();
  };
  if (line.pages < PAGES_AT_ONCE) void begin();
  else line.waiting.push(() => void begin());
}
