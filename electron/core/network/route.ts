/**
 * The ways to a server: none but the direct one, or through proxies in the order in which they are to be tried. Written
 * down as scripts of proxies do it (`PROXY a:8080; SOCKS5 b:1080; DIRECT`): what `session.resolveProxy` answers.
 */
import { hostPort } from '../../../shared/network.ts';

export interface Proxy {
  /** `https`: an HTTP proxy that is itself reached over TLS. `socks4` cannot be used, but is named. */
  kind: 'http' | 'https' | 'socks5' | 'socks4';
  host: string;
  port: number;
}
export type Route = { kind: 'direct' } | Proxy;

const KINDS: Readonly<Record<string, { kind: Proxy['kind']; port: number }>> = {
  PROXY: { kind: 'http', port: 80 },
  HTTP: { kind: 'http', port: 80 },
  HTTPS: { kind: 'https', port: 443 },
  SOCKS: { kind: 'socks4', port: 1080 },
  SOCKS4: { kind: 'socks4', port: 1080 },
  SOCKS5: { kind: 'socks5', port: 1080 },
};
/** Nobody has more; the rest of a longer answer is not read. */
const MAX_ROUTES = 10;

export const DIRECT: readonly Route[] = [{ kind: 'direct' }];

/** What cannot be understood is left out; an answer without anything is the direct way, as browsers take it. */
export function parseRoutes(text: string): Route[] {
  const routes: Route[] = [];
  for (const part of text.split(';')) {
    const route = parseRoute(part.trim());
    if (route) routes.push(route);
    if (routes.length >= MAX_ROUTES) break;
  }
  return routes.length === 0 ? [...DIRECT] : routes;
}

function parseRoute(text: string): Route | null {
  const [word = '', address = '', ...rest] = text.split(/\s+/);
  if (rest.length > 0) return null;
  if (word.toUpperCase() === 'DIRECT') return { kind: 'direct' };
  const known = KINDS[word.toUpperCase()];
  const at = known ? parseHostPort(address, known.port) : null;
  return known && at ? { kind: known.kind, ...at } : null;
}

/** `host`, `host:port`, `[v6]:port`. */
export function parseHostPort(text: string, defaultPort: number): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([^\s:/@[\]]{1,253}))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  return host === undefined || port < 1 || port > 65_535 ? null : { host, port };
}

/** Where a proxy is, as it is shown and kept. */
export const proxyAddress = ({ host, port }: Proxy): string => hostPort(host, port);
