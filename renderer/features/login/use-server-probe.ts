import { useEffect, useState } from 'react';
import type { ServerProbe } from '../../../shared/ipc/contract/shell.ts';
import { call, codeOf } from '../../state/bridge.ts';

const DEBOUNCE_MS = 400;

export type ProbeState =
  | { state: 'idle' }
  | { state: 'probing' }
  | { state: 'ok'; probe: ServerProbe }
  | { state: 'unreachable' }
  | { state: 'certificate' }
  | { state: 'insecure' }
  | { state: 'notCompatible' };

async function probeServer(server: string): Promise<ProbeState> {
  try {
    return { state: 'ok', probe: await call('shell.probe', { server }) };
  } catch (error) {
    const code = codeOf(error);
    const told = code === 'notCompatible' || code === 'certificate' || code === 'insecure';
    return { state: told ? code : 'unreachable' };
  }
}

/** Probes the address 400 ms after the last change; a late answer for an older address is dropped. */
export function useServerProbe(server: string): ProbeState {
  const [result, setResult] = useState<{ server: string; state: ProbeState } | null>(null);
  const address = server.trim();
  useEffect(() => {
    if (address === '') return undefined;
    let current = true;
    const timer = window.setTimeout(() => {
      void probeServer(address).then((state) => current && setResult({ server: address, state }));
    }, DEBOUNCE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [address]);
  if (address === '') return { state: 'idle' };
  return result?.server === address ? result.state : { state: 'probing' };
}
