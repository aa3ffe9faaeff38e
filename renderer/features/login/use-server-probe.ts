import { useEffect, useState } from 'react';
import type { ServerProbe } from '../../../shared/ipc/contract/shell.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import { call, codeOf } from '../../state/bridge.ts';

const DEBOUNCE_MS = 400;

export type ProbeState =
  | { state: 'idle' }
  | { state: 'probing' }
  | { state: 'ok'; probe: ServerProbe }
  | { state: 'unreachable' }
  | { state: 'proxy'; fault: ProxyFault }
  | { state: 'badAddress' }
  | { state: 'managed' }
  | { state: 'blocked' }
  | { state: 'certificate' }
  | { state: 'insecure' }
  | { state: 'notCompatible' };

async function probeServer(server: string): Promise<ProbeState> {
  try {
    return { state: 'ok', probe: await call('shell.probe', { server }) };
  } catch (error) {
    if (error instanceof CodedError && error.proxy) return { state: 'proxy', fault: error.proxy };
    const code = codeOf(error);
    if (code === 'badArgument') return { state: 'badAddress' };
    if (code === 'managed')
      return { state: error instanceof CodedError && error.field === 'blocked' ? 'blocked' : 'managed' };
    const told = code === 'notCompatible' || code === 'certificate' || code === 'insecure';
    return { state: told ? code : 'unreachable' };
  }
}

/**
 * Probes the address 400 ms after the last change; a late answer for an older address is dropped. `network`: another
 * number when it is reached in another way.
 */
export function useServerProbe(server: string, network: number): ProbeState {
  const [result, setResult] = useState<{ server: string; network: number; state: ProbeState } | null>(null);
  const address = server.trim();
  useEffect(() => {
    if (address === '') return undefined;
    let current = true;
    const timer = window.setTimeout(() => {
      void probeServer(address).then((state) => current && setResult({ server: address, network, state }));
    }, DEBOUNCE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [address, network]);
  if (address === '') return { state: 'idle' };
  return result?.server === address && result.network === network ? result.state : { state: 'probing' };
}
