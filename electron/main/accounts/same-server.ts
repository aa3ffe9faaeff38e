/** Whether two addresses lead to one server, as far as they say it themselves: no name is looked up. */
import { hostIdentity, kindOfHost } from '../../core/api/address-ranges.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * `localhost`, `127.0.0.1` and `[::1]` are one host; http and https of a host, each at its own port, are one server,
 * and so are a server and its `/api`.
 */
function identity(server: string): string {
  const url = URL.parse(server);
  if (!url) return server;
  const host = kindOfHost(url.hostname) === 'loopback' ? 'localhost' : hostIdentity(url.hostname);
  const port = url.port === DEFAULT_PORTS[url.protocol] ? '' : url.port;
  return `${host}:${port}${url.pathname.replace(/\/$/, '').replace(/\/api$/, '')}`;
}

export const isSameServer = (a: string, b: string): boolean => identity(a) === identity(b);
