/** A proxy stood in the way. The sentence names it; programs look at `fault`. Nothing reached the server. */
import type { ProxyFault, ProxyProblem } from './network.ts';

const SENTENCES: Readonly<Record<ProxyProblem, (address: string, detail: string) => string>> = {
  unreachable: (at, why) => `the proxy ${at} cannot be reached${why === '' ? '' : ` (${why})`}`,
  signIn: (at) => `the proxy ${at} asks for a user name and password`,
  wrongPassword: (at) => `the proxy ${at} refused the user name or password`,
  scheme: (at, why) => `the proxy ${at} asks for a kind of sign-in that is not supported (${why})`,
  refused: (at, why) => `the proxy ${at} refused the connection (${why})`,
  target: (at, why) => `the proxy ${at} cannot reach the server (${why})`,
  notProxy: (at, why) => `what answers at ${at} is no proxy of the kind that is set (${why})`,
  certificate: (at, why) => `the certificate of the proxy ${at} is not accepted (${why})`,
  pac: (at, why) => `the proxy script ${at} cannot be used (${why})`,
  setting: (at, why) => `the proxy that is set cannot be used: ${at}${why === '' ? '' : ` (${why})`}`,
  unsupported: (at, why) => `the proxy ${at} is of a kind that is not supported (${why})`,
};

export class ProxyError extends Error {
  readonly fault: ProxyFault;

  constructor(problem: ProxyProblem, address: string, detail = '') {
    super(SENTENCES[problem](address, detail));
    this.name = 'ProxyError';
    this.fault = { address, problem, detail };
  }
}

/** The proxy's fault in what was thrown, or in its cause: `fetch` throws a `TypeError` around it. */
export function proxyFaultOf(error: unknown): ProxyFault | null {
  if (error instanceof ProxyError) return error.fault;
  return error instanceof Error && error.cause instanceof ProxyError ? error.cause.fault : null;
}

/** Whether the next proxy of a list may do better, or a later try over another one. */
export const isOfTheProxy = ({ fault: { problem } }: ProxyError): boolean =>
  problem === 'unreachable' ||
  problem === 'notProxy' ||
  problem === 'certificate' ||
  problem === 'unsupported';
