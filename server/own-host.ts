/**
 * Whether a request names one of this server's own hosts. A page whose name was rebound to a loopback address comes
 * with its own name in `Host`, although it reaches this server.
 */
import { networkInterfaces } from 'node:os';

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * The names a server that listens on `host` answers to: loopback, that address, and the names its administrator gives.
 * On 0.0.0.0 or :: also every address of this computer.
 */
export function ownHosts(host: string, names: readonly string[] = []): ReadonlySet<string> {
  const isAny = host === '0.0.0.0' || host === '::';
  const addresses = isAny
    ? Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address))
    : [host];
  return new Set([...LOOPBACK, ...addresses, ...names].map((name) => name.toLowerCase()));
}

/** `header`: the request's Host, with or without a port; missing or unreadable is not an own one. */
export function isOwnHost(header: string | undefined, own: ReadonlySet<string>): boolean {
  if (header === undefined) return false;
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::\d{1,5})?$/.exec(header) ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase().replace(/\.$/, '');
  // 127/8 is this computer whatever the last three numbers are.
  return own.has(name) || /^127(\.\d{1,3}){3}$/.test(name);
}

/** An address to call for one to listen on: 0.0.0.0 and :: stand for every address and are none themselves. */
export function callable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
