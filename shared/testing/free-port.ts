/**
 * Ports for servers of tests that end and come back at the same one. One that the system chose (`listen(0)`) may be
 * somebody else's by then: it takes those of servers and of outgoing connections from one range. These lie below it.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const FIRST = 10_000;
/** Where systems begin by themselves at the earliest, unless Linux says otherwise. */
const BELOW = 32_768;
/** A process of tests has as many, before it begins anew. */
const EACH = 32;

let taken = 0;

/** A port of 127.0.0.1 that nobody listens at. @throws Error when all are in use */
export async function freePort(): Promise<number> {
  const size = Math.min(BELOW, ownRangeBegins()) - FIRST;
  if (size < EACH) return anyPort();
  for (let tried = 0; tried < size; tried += 1) {
    // Tests run beside each other: processes of neighbouring numbers begin at different ones.
    const port = FIRST + ((process.pid * EACH + taken) % size);
    taken += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + size} is free`);
}

/** proc(5), ip_local_port_range. */
function ownRangeBegins(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10) || BELOW;
  } catch {
    return BELOW;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function anyPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
