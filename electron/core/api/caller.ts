/** What the endpoint groups of the client share: one authenticated request function and the log. */
import { type HttpOptions, type HttpRequest, type Log, requestJson } from './http.ts';

export interface Caller {
  request: (request: HttpRequest) => Promise<unknown>;
  log: Log;
}

export interface BusinessApiOptions extends HttpOptions {
  token: string;
  log: Log;
  /** Without, the stores beside the server are forgotten at the end. */
  stores?: KeptStores;
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
