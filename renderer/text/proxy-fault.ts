import type { ProxyFault } from '../../shared/network.ts';
import { proxyDetail } from '../../shared/proxy-detail.ts';
import type { Translate } from '../i18n/i18n.ts';

/** Which proxy stood in the way, and why. */
export function proxyFaultText({ problem, address, detail }: ProxyFault, t: Translate): string {
  switch (problem) {
    case 'scheme':
    case 'refused':
    case 'target':
    case 'notProxy':
    case 'pac':
    case 'unsupported':
      return t(`proxy.${problem}`, { proxy: address, detail: proxyDetail(detail, t) });
    default:
      return t(`proxy.${problem}`, { proxy: address });
  }
}

/** Whether somebody who signs in to the proxy helps. */
export const isForSignIn = ({ problem }: ProxyFault): boolean =>
  problem === 'signIn' || problem === 'wrongPassword';
