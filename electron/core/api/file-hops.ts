/**
 * Which address is asked next for a file, and in whose name. The token goes to the server's own files, at the first
 * address only; an address that a redirect names never gets it. Except for the server itself, and for the store beside
 * it that the server redirects to, only the public internet is asked.
 */
import { lookup } from 'node:dns/promises';
import type { BusinessApiOptions } from './caller.ts';
import { kindOfAddress, kindOfHost, type NetworkKind } from './address-ranges.ts';
import { TransferError } from './file-transfer.ts';
import { isOwnAvatar, isOwnFile, isOwnServer, resolveFileUrl } from './file-url.ts';
import { GuardedGet } from './guarded-get.ts';

const MAX_REDIRECTS = 5;
/** Of the server's store there is one, and another after it moved: what it named last is believed. */
const MAX_STORES = 8;

/**
 * What is asked: `server` anything on its own host (a person asked for it, or the server led there), `beside` what the
 * server itself sent us to, else the world.
 */
type Standing = 'server' | 'beside' | 'world';

export class FileHops {
  readonly #options: BusinessApiOptions;
  readonly #hostname: string;
  /** Origins the server redirected its files to, the last one last: pictures there load by themselves as well. */
  readonly #stores: Set<string>;
  #kind: NetworkKind = 'public';
  readonly #gets: Record<Standing, GuardedGet>;

  constructor(options: BusinessApiOptions) {
    this.#options = options;
    this.#hostname = new URL(options.server).hostname;
    this.#stores = new Set(options.stores?.read().slice(-MAX_STORES));
    this.#gets = {
      server: new GuardedGet(() => true),
      // A server inside a network has its store there. Not on this computer: whoever listens here is somebody else.
      beside: new GuardedGet(
        (kind) => kind === 'public' || (kind === this.#kind && (kind === 'private' || kind === 'benchmark')),
      ),
      world: new GuardedGet((kind) => kind === 'public'),
    };
  }

  /**
   * The host that would learn who reads and when, if the file of a message was loaded; null for the server in its own
   * scheme and at its own port, and for its store. Whatever else listens on that host is somebody else. Of what is no
   * address nobody is asked either.
   */
  foreignHost(url: string): string | null {
    let at: URL;
    try {
      at = resolveFileUrl(this.#options.server, url);
    } catch {
      return null;
    }
    return isOwnServer(this.#options.server, at) || this.#stores.has(at.origin) ? null : at.host;
  }

  /** The answer at the end of the redirects. Rejects with `TransferError`, or as `fetch` does. */
  async follow(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const { server, token } = this.#options;
    let at = resolveFileUrl(server, url);
    let standing: Standing = this.#standingOf(at);
    let withToken = isOwnFile(server, at);
    for (let hops = 0; ; hops += 1) {
      if (standing === 'beside') this.#kind = await this.#kindOfServer();
      const response = await this.#get(at, standing, withToken ? { ...headers, token } : headers, signal);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      const next = nextOf(at, location);
      if (hops >= MAX_REDIRECTS) throw new TransferError('refused', 'the server redirects in a circle');
      standing = this.#standingAfter(at, next);
      at = next;
      withToken = false;
    }
  }

  #standingOf(url: URL): Standing {
    if (url.hostname === this.#hostname) return 'server';
    return this.#stores.has(url.origin) ? 'beside' : 'world';
  }

  /**
   * Whoever redirects is believed as far as he is known: only the server's own files lead into its network. What else
   * the server redirects (a page that takes its target from the address) leads to nobody who would not be asked anyhow.
   */
  #standingAfter(at: URL, next: URL): Standing {
    const { server } = this.#options;
    if (isOwnServer(server, next)) {
      if (isOwnServer(server, at) || isOwnFile(server, next)) return 'server';
      return 'world';
    }
    if (!isOwnServer(server, at)) return 'world';
    if (isOwnFile(server, at)) this.#learn(next.origin);
    // (A default picture may be at somebody else's: what messages name there is not loaded by itself for that.)
    else if (!this.#stores.has(next.origin) && !isOwnAvatar(server, at))
      throw new TransferError('refused', 'the server redirects to a host its files do not lead to');
    return next.hostname === this.#hostname ? 'server' : 'beside';
  }

  #learn(origin: string): void {
    if (this.#stores.has(origin)) return;
    for (const oldest of [...this.#stores].slice(0, -(MAX_STORES - 1))) this.#stores.delete(oldest);
    this.#stores.add(origin);
    this.#options.stores?.write([...this.#stores]);
  }

  /** The network the server is in. */
  async #kindOfServer(): Promise<NetworkKind> {
    const known = kindOfHost(this.#hostname);
    if (known !== null && known !== 'private') return known;
    try {
      if ((await this.#options.ways?.isProxied(this.#options.server)) === true) return known ?? 'public';
      const { address } = await lookup(this.#hostname.replace(/^\[|\]$/g, ''));
      return kindOfAddress(address);
    } catch {
      return 'public';
    }
  }

  #get(
    url: URL,
    standing: Standing,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    const { fetch, ways } = this.#options;
    const get = this.#gets[standing];
    if (ways) {
      // A proxy looks the name up itself: of an address behind it only what is written can be checked.
      get.checkWritten(url);
      const init: RequestInit = { headers, signal, redirect: 'manual' };
      return ways.fetchBy(url.href, init, () => get.get(url, headers, signal));
    }
    // Somebody else's way to the network (tests): it resolves names itself.
    if (fetch) return fetch(url.href, { headers, signal, redirect: 'manual' });
    return get.get(url, headers, signal);
  }
}

function nextOf(at: URL, location: string): URL {
  const next = URL.parse(location, at.href);
  if (!next || (next.protocol !== 'http:' && next.protocol !== 'https:'))
    throw new TransferError('refused', 'the server redirects to something that is no http address');
  if (at.protocol === 'https:' && next.protocol === 'http:')
    throw new TransferError('refused', 'the server redirects to an address without encryption');
  if (next.username !== '' || next.password !== '')
    throw new TransferError('refused', 'the server redirects to an address with a user name or password');
  return next;
}
