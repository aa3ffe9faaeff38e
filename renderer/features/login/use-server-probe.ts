import { useEffect, useState } from 'react';
import type { ServerProbe } from '../../../shared/ipc/contract.ts';
import { call, codeOf } from '../../state/bridge.ts';

const DEBOUNCE_MS = 400;

export type ProbeState =
  | { state: 'idle' }
  | { state: 'probing' }
  | { state: 'ok'; probe: ServerProbe }
  | { state: 'unreachable' }
  | { state: 'notCompatible' };

/** Probes the address 400 ms after the last change; a late answer for an older address is dropped. */
export function useServerProbe(server: string): ProbeState {
  const [result, setResult] = useState<{ server: string; state: ProbeState } | null>(null);
  const address = server.trim();
  useEffect(() => {
    if (address === '') return undefined;
    let current = true;
    const timer = window.setTimeout(() => {
      call('shell.probe', { server: address })
        .then((probe): ProbeState => ({ state: 'ok', probe }))
        .catch((error: unknown): ProbeState => ({
          state: codeOf(error) === 'notCompatible' ? 'notCompatible' : 'unreachable',
        }))
        .then((state) => {
          if (current) setResult({ server: address, state });
        })
        .catch(() => undefined);
    }, DEBOUNCE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [address]);
  if (address === '') return { state: 'idle' };
  return result?.server === address ? result.state : { state: 'probing' };
}
