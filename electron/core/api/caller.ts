/** What the endpoint groups of the client share: one authenticated request function and the log. */
import { type HttpOptions, type HttpRequest, type Log, requestJson } from './http.ts';

export interface Caller {
  request: (request: HttpRequest) => Promise<unknown>;
  log: Log;
}

export interface BusinessApiOptions extends HttpOptions {
  token: string;
  log: Log;
  /** The ways of files to this computer; default: without any proxy. */
  ways?: FileWays | undefined;
  /** Without, the stores beside the server are forgotten at the end. */
  stores?: KeptStores;
}

/** Whoever knows the ways to a server. */
export interface FileWays {
  /** As `fetch`; `direct` is called where no proxy is on the way. */
  fetchBy: (url: string, init: RequestInit, direct: () => Promise<Response>) => Promise<Response>;
  /** The proxy, and not this computer, looks up the name of the server. */
  isProxied: (url: string) => Promise<boolean>;
}

/** Origins of the server's object stores, kept from one start to the next. */
export interface KeptStores {
  read(): readonly string[];
  write(origins: readonly string[]): void;
}

export function createCaller(options: BusinessApiOptions): Caller {
  return { request: (request) => requestJson(options, request), log: options.log };
}

/** One path segment. Half a surrogate pair, which encodeURIComponent throws at, becomes U+FFFD: an id nobody has. */
export const seg = (text: string): string => encodeURIComponent(text.toWellFormed());
