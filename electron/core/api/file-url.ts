/** Which address a message may make this computer ask for a file, and with what. */
import { kindOfHost } from './address-ranges.ts';
import { TransferError } from './file-transfer.ts';

/** Where the files of the server are, below its `/v1/` (tsdd-api.md 6.1). */
const FILES = 'file/preview/';
/** So often a proxy in front of the server may decode a path before somebody reads it. */
const DECODINGS = 3;

/**
 * Where the bytes of a payload's `url` are. @throws TransferError for what is no http(s) address or must not be asked.
 */
export function resolveFileUrl(server: string, url: string): URL {
  const base = baseOf(server);
  // A browser reads `\` as `/`, a server may not: one that is written means no good.
  if (/[\\\p{Cc}]/u.test(url))
    throw new TransferError('refused', 'the message names an address with characters no address has');
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(url);
  const resolved = absolute ? URL.parse(url) : URL.parse(url.replace(/^\/+/, ''), base.href);
  if (!resolved || (resolved.protocol !== 'http:' && resolved.protocol !== 'https:'))
    throw new TransferError('refused', 'the message names no address of a file');
  if (!absolute && !(resolved.origin === base.origin && resolved.pathname.startsWith(base.pathname)))
    throw new TransferError('refused', 'the message names an address outside the server');
  if (resolved.username !== '' || resolved.password !== '')
    throw new TransferError('refused', 'the address of the file holds a user name or password');
  if (resolved.origin === base.origin && climbs(resolved.pathname))
    throw new TransferError('refused', 'the message names an address outside the files of the server');
  if (resolved.hostname !== base.hostname && (kindOfHost(resolved.hostname) ?? 'public') !== 'public')
    throw new TransferError('refused', 'the address of the file is inside the local network');
  return resolved;
}

/** The server itself, in its own scheme and at its own port. */
export const isOwnServer = (server: string, url: URL): boolean => url.origin === baseOf(server).origin;

/** One of the server's files: the only addresses a message may have asked in the name of the account. */
export function isOwnFile(server: string, url: URL): boolean {
  const base = baseOf(server);
  return isOwnServer(server, url) && url.pathname.startsWith(base.pathname + FILES) && !climbs(url.pathname);
}

/** The picture of a person or group, which the server keeps with its files: what it redirects to is its store. */
export function isOwnAvatar(server: string, url: URL): boolean {
  const base = baseOf(server);
  if (!isOwnServer(server, url) || !url.pathname.startsWith(base.pathname) || climbs(url.pathname))
    return false;
  return /^(?:users|groups)\/[^/]+\/avatar$/.test(url.pathname.slice(base.pathname.length));
}

const baseOf = (server: string): URL => new URL(`${server}/v1/`);

/** Whether a path leads out of its folder once it is decoded, as proxies do it before they pass it on. */
function climbs(pathname: string): boolean {
  let path = pathname;
  for (let round = 0; round <= DECODINGS; round += 1) {
    if (/[\\\p{Cc}]/u.test(path)) return true;
    if (path.split('/').some((part) => /^\.{1,2}(?:;|$)/.test(part))) return true;
    const next = decoded(path);
    if (next === path) return false;
    path = next;
  }
  return false;
}

/** What cannot be decoded stays: a name with a percent sign in it is a name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/%(?:2e|2f|5c|00)/gi, (code) => decodeURIComponent(code));
  }
}
