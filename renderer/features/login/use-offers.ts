import { useEffect, useState } from 'react';
import type { SignInOffers } from '../../../shared/ipc/contract/sign-in.ts';
import { call } from '../../state/bridge.ts';
import type { ProbeState } from './use-server-probe.ts';

/** By address: the next form begins with what is known. */
const known = new Map<string, SignInOffers>();

/** What the server has; null = not known (yet): then only what every server has is shown. */
export function useOffers(probe: ProbeState): SignInOffers | null {
  const server = probe.state === 'ok' ? probe.probe.server : null;
  const [, setArrived] = useState(0);
  useEffect(() => {
    if (server === null || known.has(server)) return undefined;
    let current = true;
    void (async () => {
      try {
        known.set(server, await call('signIn.offers', { server }));
      } catch {
        // Asked again with the next form.
      }
      if (current) setArrived((n) => n + 1);
    })();
    return () => {
      current = false;
    };
  }, [server]);
  return server === null ? null : (known.get(server) ?? null);
}
