/**
 * Signing in to proxies. A proxy that asks gets what the user has given for it, once: what it refused is never sent
 * again, so that a wrong password cannot lock somebody out. HTTP proxies: `Basic` only; others are named.
 */
import { ProxyError } from '../../../shared/proxy-error.ts';
import { type Proxy, proxyAddress } from './route.ts';

export interface Credentials {
  user: string;
  password: string;
}

/** `refused`: these are wrong. null = the user has to be asked; that is done by whoever answers. */
export type AskCredentials = (proxy: string, refused: Credentials | null) => Promise<Credentials | null>;

export class ProxySignIn {
  readonly #ask: AskCredentials;
  /** By address; sent with the first request to it. */
  readonly #known = new Map<string, Credentials>();
  readonly #refused = new Map<string, string>();

  constructor(ask: AskCredentials) {
    this.#ask = ask;
  }

  /** What a proxy that asked before took last; null = nothing is known. */
  knownFor(proxy: Proxy): Credentials | null {
    return this.#known.get(proxyAddress(proxy)) ?? null;
  }

  /**
   * What to try again with. `sent`: what was refused just now. Throws `ProxyError` when there is nothing (else) to try.
   */
  async next(proxy: Proxy, sent: Credentials | null): Promise<Credentials> {
    const address = proxyAddress(proxy);
    // Another request may have learnt a better one meanwhile.
    const known = this.#known.get(address);
    if (known && (!sent || basicHeader(known) !== basicHeader(sent))) return known;
    if (sent) {
      this.#refused.set(address, basicHeader(sent));
      this.#known.delete(address);
    }
    const given = await this.#ask(address, sent);
    if (given === null) throw new ProxyError(sent ? 'wrongPassword' : 'signIn', address);
    if (this.#refused.get(address) === basicHeader(given)) throw new ProxyError('wrongPassword', address);
    this.#known.set(address, given);
    return given;
  }

  /** The user gave other ones, or the same once more: each time that somebody does is one more try. */
  forget(): void {
    this.#known.clear();
    this.#refused.clear();
  }
}

/** UTF-8, as RFC 7617 advises. */
export function basicHeader({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** Throws when a proxy takes none of what this app has, naming what it takes. */
export function checkChallenges(proxy: Proxy, challenges: readonly string[]): void {
  const schemes = schemesOf(challenges);
  if (!schemes.includes('basic'))
    throw new ProxyError('scheme', proxyAddress(proxy), schemes.join(', ') || 'none is named');
}

/** Names of the schemes in `Proxy-Authenticate` headers, lower case; commas also stand inside of one challenge. */
function schemesOf(challenges: readonly string[]): string[] {
  const names = challenges.flatMap((header) =>
    header
      .slice(0, 4_000)
      .split(',')
      .map((part) => /^\s*([a-z][\w-]*)(?:\s+(?!=)|$)/i.exec(part)?.[1]?.toLowerCase())
      .filter((name) => name !== undefined),
  );
  return [...new Set(names)];
}
