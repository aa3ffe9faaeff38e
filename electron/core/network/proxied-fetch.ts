/**
 * `fetch` through one proxy, as far as this app uses it: text or a stream goes out, no redirect is followed. A server
 * on https, and any behind SOCKS5, is reached through a tunnel; one on plain http is asked for by its whole address, as
 * proxies expect it: many let tunnels through to port 443 only.
 */
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ProxyError } from '../../../shared/proxy-error.ts';
import { secureAgent } from '../api/secure-agent.ts';
import { fetchFailure, finished, IDLE_MS, isStream, NEVER, sendRequest } from './direct-https.ts';
import { basicHeader, checkChallenges, type Credentials, type ProxySignIn } from './proxy-sign-in.ts';
import { type Proxy, proxyAddress } from './route.ts';
import { challengesOf, connectToProxy, openTunnel, type Wire } from './tunnel.ts';

const MAX_TRIES = 3;
type Done = (error: Error | null, socket?: Socket) => void;
interface ConnectOptions {
  host?: string | null | undefined;
  port?: number | string | null | undefined;
  servername?: string | undefined;
}

/** Connections to servers behind one proxy; a kept one is used again for the same server. */
export class ProxiedFetch {
  readonly #proxy: Proxy;
  readonly #signIn: ProxySignIn;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(proxy: Proxy, signIn: ProxySignIn) {
    this.#proxy = proxy;
    this.#signIn = signIn;
    const options = { keepAlive: true, timeout: IDLE_MS };
    this.#http = new HttpAgent(options);
    this.#https = secureAgent(options);
    // Both call back later, which the types of Node do not say of `createConnection`.
    Object.assign(this.#http, {
      createConnection: (to: ConnectOptions, done: Done): void => this.#connect(to, done),
    });
    Object.assign(this.#https, {
      createConnection: (to: ConnectOptions, done: Done): void => this.#connectSecurely(to, done),
    });
  }

  /** Ends what is kept for later. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** Rejects as `fetch` does: with the signal's reason, or a `TypeError` whose cause says why. */
  async fetch(url: URL, init: RequestInit): Promise<Response> {
    const signal = init.signal ?? NEVER;
    try {
      for (let tries = 1; ; tries += 1) {
        const sent = this.#asksWhole(url) ? this.#signIn.knownFor(this.#proxy) : null;
        const answer = await this.#ask(url, init, sent);
        if (answer.statusCode !== 407) return finished(answer, init, signal);
        answer.resume();
        checkChallenges(this.#proxy, challengesOf(answer));
        await this.#signIn.next(this.#proxy, sent);
        // What was streamed is gone; the caller tries again, and is known then.
        if (tries >= MAX_TRIES || isStream(init.body)) throw new ProxyError('signIn', this.#address);
      }
    } catch (error) {
      throw fetchFailure(error, signal);
    }
  }

  get #address(): string {
    return proxyAddress(this.#proxy);
  }

  #asksWhole(url: URL): boolean {
    return url.protocol === 'http:' && this.#proxy.kind !== 'socks5';
  }

  async #ask(url: URL, init: RequestInit, credentials: Credentials | null): Promise<IncomingMessage> {
    const answer = await sendRequest(url, init, {
      agent: url.protocol === 'https:' ? this.#https : this.#http,
      ...(credentials ? { headers: { 'proxy-authorization': basicHeader(credentials) } } : {}),
      ...(this.#asksWhole(url) ? { path: url.href } : {}),
    });
    const said = answer.headersDistinct;
    const status = answer.statusCode ?? 0;
    // Of a proxy's own page nobody may think that the server wrote it.
    if (this.#asksWhole(url) && status >= 400 && status !== 407 && saysProxy(said)) {
      answer.resume();
      throw new ProxyError(
        status >= 500 ? 'target' : 'refused',
        this.#address,
        `${url.host}: status ${status}`,
      );
    }
    return answer;
  }

  #connect({ host, port }: ConnectOptions, done: Done): void {
    if (this.#proxy.kind === 'socks5') this.#tunnel({ host, port }, done);
    else void tell(connectToProxy(this.#proxy, NEVER), done);
  }

  #connectSecurely({ host, port, servername }: ConnectOptions, done: Done): void {
    this.#tunnel({ host, port }, (error, socket) => {
      if (!socket) done(error);
      else {
        const name = servername ?? host ?? '';
        done(
          null,
          connectTls({
            socket,
            host: host ?? '',
            servername: isIP(name) ? '' : name,
            ALPNProtocols: ['http/1.1'],
          }),
        );
      }
    });
  }

  #tunnel({ host, port }: ConnectOptions, done: Done): void {
    const target = { host: host ?? '', port: Number(port) };
    void tell(openTunnel(this.#proxy, target, this.#signIn, NEVER), done);
  }
}

async function tell(connecting: Promise<Wire>, done: Done): Promise<void> {
  let socket: Socket;
  try {
    ({ socket } = await connecting);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done(null, socket);
}

/** `Proxy-Status` (RFC 9209), and what Squid says of its own errors. */
const saysProxy = (headers: NodeJS.Dict<string[]>): boolean =>
  headers['x-squid-error'] !== undefined ||
  headers['proxy-status']?.some((value) => value.includes('error=')) === true;
