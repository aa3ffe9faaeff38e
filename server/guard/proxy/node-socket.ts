/** A connection to one of TSDD's nodes, as its origin says. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface NodeSocket {
  socket: Socket;
  /** The event after which it may be written to. */
  opened: 'connect' | 'secureConnect';
}

/** `origin`: http or https, host and port. Small writes are not held back. */
export function connectToNode({ hostname, protocol, port }: URL): NodeSocket {
  // Outside of a URL an address of IPv6 has no brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = protocol === 'https:';
  const to = { host, port: Number(port || (isSecure ? 443 : 80)), noDelay: true };
  if (!isSecure) return { socket: connect(to), opened: 'connect' };
  // No server is asked for by an address (RFC 6066, 3).
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ ...to, ...name, ALPNProtocols: ['http/1.1'] });
  socket.setNoDelay(true);
  return { socket, opened: 'secureConnect' };
}
