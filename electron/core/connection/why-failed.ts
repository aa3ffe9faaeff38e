/** Why a series of attempts at all transports failed, as the banner says it. */
import type { ConnectionDetail } from '../../../shared/domain.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import type { HttpVerdict } from './connection-api.ts';

/** What its attempts met. */
export interface FailedSeries {
  tokenRefused: boolean;
  badCertificate: boolean;
  problem: ConnectionDetail | null;
  /** Of the first transport that a proxy did not let through. */
  proxy: ProxyFault | null;
}

export interface WhyFailed {
  detail?: ConnectionDetail;
  proxy?: ProxyFault;
}

/** `verdict`: what the business server said meanwhile. Of a network that is gone there is nothing else to say. */
export function whyFailed(verdict: HttpVerdict, seen: FailedSeries): WhyFailed {
  const reached = verdict === 'ok';
  const badCertificate = seen.badCertificate || verdict === 'badCertificate';
  const detail = badCertificate ? 'certificate' : reached ? seen.problem : null;
  const proxy = typeof verdict === 'object' ? verdict : reached ? seen.proxy : null;
  return { ...(detail ? { detail } : {}), ...(proxy ? { proxy } : {}) };
}
