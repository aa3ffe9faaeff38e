/**
 * A GET whose connection goes to an address that was looked at. A name is resolved once, by the connection itself, and
 * only the addresses that are allowed are connected to: a name that answers differently the next time gains nothing.
 * Plain `fetch` has no place to put that.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { type Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { kindOfAddress, kindOfHost, type NetworkKind } from './address-ranges.ts';
import { TransferError } from './file-transfer.ts';
import { answerOf } from './node-answer.ts';
import { secureAgent } from './secure-agent.ts';

/** Whether a connection to a network of this kind may be made. */
export type Allowed = (kind: NetworkKind) => boolean;

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** So long an idle connection is kept for the next file of the same host. */
const IDLE_MS = 10_000;

const insideError = (): TransferError =>
  new TransferError('refused', 'the address of the file is inside the local network');

/** Connections of one rule; a kept one is never given to a request of another. */
export class GuardedGet {
  readonly #allowed: Allowed;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(allowed: Allowed, resolve: Resolve = resolveBySystem) {
    this.#allowed = allowed;
    const options = { keepAlive: true, timeout: IDLE_MS, lookup: guardedLookup(allowed, resolve) };
    this.#http = new HttpAgent(options);
    this.#https = secureAgent(options);
  }

  /** Of what needs no look-up: addresses, and names that exist inside one network only. Throws `TransferError`. */
  checkWritten(url: URL): void {
    const kind = kindOfHost(url.hostname);
    if (kind !== null && !this.#allowed(kind)) throw insideError();
  }

  /** Follows nothing. Rejects with `TransferError` for an address that is not allowed. */
  async get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    this.checkWritten(url);
    const secure = url.protocol === 'https:';
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const send = secure ? requestHttps : requestHttp;
    const request = send(url, { agent: secure ? this.#https : this.#http, headers, signal }, resolve);
    request.on('error', reject);
    request.end();
    try {
      return answerOf(await promise, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TransferError) throw error;
      // As `fetch` says it: the reason is in the cause, the message names no address.
      throw new TypeError('fetch failed', { cause: error });
    }
  }
}

const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });

/** For `net.connect`: answers with the allowed addresses only. */
function guardedLookup(allowed: Allowed, resolve: Resolve): LookupFunction {
  const goodAddresses = async (hostname: string, family: unknown): Promise<LookupAddress[] | Error> => {
    try {
      const wanted = family === 4 || family === 6 ? family : null;
      const found = (await resolve(hostname)).filter((one) => wanted === null || one.family === wanted);
      const good = found.filter(({ address }) => allowed(kindOfAddress(address)));
      if (good.length > 0) return good;
      return found.length > 0 ? insideError() : noAddress();
    } catch (error) {
      return error instanceof Error ? error : noAddress();
    }
  };
  const answer = async (...[hostname, options, callback]: Parameters<LookupFunction>): Promise<void> => {
    const found = await goodAddresses(hostname, options.family);
    const [first] = found instanceof Error ? [] : found;
    if (found instanceof Error) callback(found, '');
    else if (options.all === true) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
  return (hostname, options, callback) => void answer(hostname, options, callback);
}

const noAddress = (): Error => Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' });
