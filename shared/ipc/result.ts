/** The envelope of every IPC answer: a value, or a code a program can act on plus a sentence a person can read. */
import { reasonOf } from '../errors.ts';
import type { ProxyFault } from '../network.ts';

export const ERROR_CODES = [
  /** The arguments do not fit the contract; `message` names the field. */
  'badArgument',
  /** The app is locked (docs/app-lock.md). */
  'locked',
  /** Nobody is signed in. */
  'signedOut',
  /** The server was not reached; nothing was lost, trying again may help. */
  'network',
  /** The server was reached and failed, or was silent for too long; trying again later may help. */
  'noAnswer',
  /** The same, of something that must not be asked for twice: it may have happened all the same. */
  'unsure',
  /** The proxy on the way to the server let nothing through; `proxy` says why. */
  'proxy',
  /** An organisation's policy forbids it, or could not be read. */
  'managed',
  /** The server's certificate is not accepted: nothing was sent to it. */
  'certificate',
  /** The server was reached over https before, and only plain http is there now: nothing was sent. */
  'insecure',
  /** The business server refused; `message` is its text. */
  'refused',
  /** Wrong user name or password. */
  'credentials',
  /** The token is no longer accepted. */
  'unauthorized',
  'notFound',
  /** Not possible now (e.g. re-edit after its time, retry of a message that is not failed). */
  'invalidState',
  /** The server is not a TSDD business server. */
  'notCompatible',
  'readOnly',
  /** Another copy of the app has the account open. */
  'inUse',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface Failure {
  ok: false;
  code: ErrorCode;
  message: string;
  /** Name of the form field the error belongs to, if one is known. */
  field?: string;
  /** Of `proxy`. */
  proxy?: ProxyFault;
}
export type Result<T> = { ok: true; value: T } | Failure;

/** An error that carries an IPC code; handlers throw it, the boundary turns it into a `Failure`. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  /** The proxy that is the reason, if one is. */
  proxy: ProxyFault | null = null;
  constructor(code: ErrorCode, message: string, field?: string) {
    super(message);
    this.name = 'CodedError';
    this.code = code;
    this.field = field;
  }

  /** For the page, which may be told more than the code that the programs behind it act on. */
  get failureCode(): ErrorCode {
    return this.proxy ? 'proxy' : this.code;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CodedError) {
    const failure: Failure = { ok: false, code: error.failureCode, message: error.message };
    if (error.field !== undefined) failure.field = error.field;
    if (error.proxy) failure.proxy = error.proxy;
    return failure;
  }
  return { ok: false, code: 'internal', message: reasonOf(error) };
}
