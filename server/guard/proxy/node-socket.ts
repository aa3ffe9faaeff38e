/** A connection to one of TSDD's nodes, as its origin says. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface NodeSocket {
  socket: Socket;
  /** The event after which it may be written to. */
  opened: 'connect' | 'secureConnect';
}

/** What is read is handed over before anything else is read, by whichever socket. */
const READ_INTO = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * `origin`: http or https, host and port. Small writes are not held back. `read`: is given what comes in place of
 * listeners of `data`, in memory that the next piece is read into: a buffer for each piece, and the stream around it,
 * cost more than the rest of reading a page.
 */
export function connectToNode({ hostname, protocol, port }: URL, read?: (piece: Buffer) => void): NodeSocket {
  // Outside of a URL an address of IPv6 has no brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = protocol === 'https:';
  const to = { host, port: Number(port || (isSecure ? 443 : 80)), noDelay: true };
  if (!isSecure) {
    if (read === undefined) return { socket: connect(to), opened: 'connect' };
    const callback = (bytes: number): boolean => {
      read(READ_INTO.subarray(0, bytes));
      return true;
    };
    return { socket: connect({ ...to, onread: { buffer: READ_INTO, callback } }), opened: 'connect' };
  }
  // No server is asked for by an address (RFC 6066, 3).
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ ...to, ...name, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  if (read !== undefined) socket.on('data', read);
  return { socket, opened: 'secureConnect' };
}
