/** Which address a message may make this computer ask for a file. */
import { isIP } from 'node:net';
import { TransferError } from './file-transfer.ts';

/**
 * Where the bytes of a payload's `url` are. @throws TransferError for what is no http(s) address or must not be asked.
 */
export function resolveFileUrl(server: string, url: string): URL {
  const base = new URL(`${server}/v1/`);
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(url);
  const resolved = absolute ? URL.parse(url) : URL.parse(url.replace(/^\/+/, ''), base.href);
  if (!resolved || (resolved.protocol !== 'http:' && resolved.protocol !== 'https:'))
    throw new TransferError('refused', 'the message names no address of a file');
  if (!absolute && !(resolved.origin === base.origin && resolved.pathname.startsWith(base.pathname)))
    throw new TransferError('refused', 'the message names an address outside the server');
  if (resolved.username !== '' || resolved.password !== '')
    throw new TransferError('refused', 'the address of the file holds a user name or password');
  if (resolved.hostname !== base.hostname && isLocalHost(resolved.hostname))
    throw new TransferError('refused', 'the address of the file is inside the local network');
  return resolved;
}

/** A message must not make this computer ask its own network. Names are not resolved; addresses are what they say. */
function isLocalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local')) return true;
  const kind = isIP(host);
  if (kind === 4) return /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host);
  return kind === 6 && /^(::|f[cd]|fe[89ab])/.test(host);
}
