/**
 * Whether a request names one of this server's own hosts. A page whose name was rebound to a loopback address comes
 * with its own name in `Host`, although it reaches this server.
 */
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface OwnHosts {
  /** Asked in lower case, without a port. */
  has(name: string): boolean;
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** Stands for every address of this computer, and is none itself. */
export const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';

/**
 * The names a server that listens on `host` answers to: loopback, that address, and the names its administrator gives.
 * On 0.0.0.0 or :: also every address of this computer.
 */
export function ownHosts(
  host: string,
  names: readonly string[] = [],
  interfaces: typeof networkInterfaces = networkInterfaces,
): OwnHosts {
  const fixed = new Set([...LOOPBACK, host, ...names].map((name) => name.toLowerCase()));
  if (!isAnyAddress(host)) return fixed;
  fixed.delete(host);
  // Asked each time: a computer gets other addresses while the server runs.
  const isOwnAddress = (name: string): boolean =>
    Object.values(interfaces()).some((entries) => entries?.some((entry) => entry.address === name));
  return { has: (name) => fixed.has(name) || (isIP(name) !== 0 && isOwnAddress(name)) };
}

/** `header`: the request's Host, with or without a port; missing or unreadable is not an own one. */
export function isOwnHost(header: string | undefined, own: OwnHosts): boolean {
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
