/**
 * Every connection of this thread to a server, on the way that the system, its script, the setting or an organisation's
 * policy says. `resolve` is asked per server and remembered for a while; after a failure and a change of the network it
 * is asked again. This computer itself is never reached through a proxy.
 */
import { isOfTheProxy, ProxyError } from '../../../shared/proxy-error.ts';
import { kindOfHost } from '../api/address-ranges.ts';
import { directHttps } from './direct-https.ts';
import { ProxiedFetch } from './proxied-fetch.ts';
import { type AskCredentials, ProxySignIn } from './proxy-sign-in.ts';
import { DIRECT, type Proxy, proxyAddress, type Route } from './route.ts';
import { openTunnel, type Wire } from './tunnel.ts';

/** So long an answer of the resolver is believed. */
const KEEP_MS = 60_000;
/** So long a proxy that was not there is tried after the others of its list. */
const BAD_MS = 60_000;
const MAX_KEPT = 200;

export interface NetworkOptions {
  /** Ways to a URL, best first. Rejects with `ProxyError` when what is set cannot be used. */
  resolve: (url: string) => Promise<readonly Route[]>;
  credentials: AskCredentials;
  /** Before the first connection over TLS: makes the system's authorities known. Must not throw. */
  trust: () => Promise<void>;
  now?: () => number;
}

interface Kept {
  routes: Promise<readonly Route[]>;
  until: number;
}

export class Network {
  readonly #options: NetworkOptions;
  readonly #now: () => number;
  readonly #signIn: ProxySignIn;
  readonly #kept = new Map<string, Kept>();
  readonly #badUntil = new Map<string, number>();
  readonly #fetches = new Map<string, ProxiedFetch>();

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
    this.#signIn = new ProxySignIn(options.credentials);
  }

  /** `fetch` for the API of a server. Stands in for the global one, also in how it rejects. */
  readonly fetch = async (address: string, init: RequestInit): Promise<Response> =>
    this.fetchBy(address, init, () =>
      /^https:/i.test(address) ? directHttps(new URL(address), init) : globalThis.fetch(address, init),
    );

  /** The same with another direct way. */
  async fetchBy(address: string, init: RequestInit, direct: () => Promise<Response>): Promise<Response> {
    const url = new URL(address);
    if (url.protocol === 'https:') await this.#options.trust();
    return this.#tryAll(url, (route) =>
      route.kind === 'direct' ? direct() : this.#fetchOf(route).fetch(url, init),
    );
  }

  /** Whether something else than this computer resolves the name of the server. */
  async isProxied(address: string): Promise<boolean> {
    const [first] = await this.#routesTo(new URL(address));
    return first !== undefined && first.kind !== 'direct';
  }

  /** A connection for a protocol of our own. `url`: as which the resolver is asked for it. */
  readonly dial = async (
    url: string,
    target: { host: string; port: number },
    signal: AbortSignal,
  ): Promise<Wire> => {
    // As `https` the wire protocol itself is dialled, which has no TLS: reading all authorities takes 50 to 150 ms.
    if (url.startsWith('wss:')) await this.#options.trust();
    return this.#tryAll(new URL(url), (route) => openTunnel(route, target, this.#signIn, signal));
  };

  /** Other proxies are set, somebody signed in to one, or this computer is in another network. */
  refresh(): void {
    this.#kept.clear();
    this.#badUntil.clear();
    this.#signIn.forget();
    for (const fetch of this.#fetches.values()) fetch.close();
    this.#fetches.clear();
  }

  async #tryAll<T>(url: URL, attempt: (route: Route) => Promise<T>): Promise<T> {
    const routes = await this.#routesTo(url);
    let failure: unknown;
    for (const route of this.#bestFirst(routes)) {
      try {
        if (route.kind === 'https') await this.#options.trust();
        return await attempt(route);
      } catch (error) {
        const cause = error instanceof ProxyError ? error : error instanceof Error ? error.cause : null;
        failure = error;
        // The next one cannot know better what a server answered, or whom it lets in.
        if (!(cause instanceof ProxyError) || !isOfTheProxy(cause)) break;
        if (route.kind !== 'direct') this.#badUntil.set(proxyAddress(route), this.#now() + BAD_MS);
      }
    }
    this.#kept.delete(keyOf(url));
    throw failure;
  }

  /** Not later than it can be, either: the clock may have been set back since. */
  #isBefore(until: number, atMostMs: number): boolean {
    const left = until - this.#now();
    return left > 0 && left <= atMostMs;
  }

  #bestFirst(routes: readonly Route[]): Route[] {
    const bad = (route: Route): number =>
      Number(route.kind !== 'direct' && this.#isBefore(this.#badUntil.get(proxyAddress(route)) ?? 0, BAD_MS));
    return [...routes].sort((a, b) => bad(a) - bad(b));
  }

  #routesTo(url: URL): Promise<readonly Route[]> {
    if (kindOfHost(url.hostname) === 'loopback') return Promise.resolve(DIRECT);
    const key = keyOf(url);
    const kept = this.#kept.get(key);
    if (kept && this.#isBefore(kept.until, KEEP_MS)) return kept.routes;
    // Without path and query: they name chats and people, and a script is somebody else's.
    const routes = this.#options.resolve(`${key}/`).catch((error: unknown) => {
      this.#kept.delete(key);
      throw error instanceof ProxyError ? new TypeError('fetch failed', { cause: error }) : error;
    });
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - MAX_KEPT)))
      this.#kept.delete(oldest);
    this.#kept.set(key, { routes, until: this.#now() + KEEP_MS });
    return routes;
  }

  #fetchOf(proxy: Proxy): ProxiedFetch {
    const key = `${proxy.kind} ${proxyAddress(proxy)}`;
    const known = this.#fetches.get(key) ?? new ProxiedFetch(proxy, this.#signIn);
    this.#fetches.set(key, known);
    return known;
  }
}

/** Scheme, host and port. `origin` says nothing of `ws:` in older engines. */
const keyOf = (url: URL): string => `${url.protocol}//${url.host}`;
