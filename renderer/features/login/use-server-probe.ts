import { useEffect, useState } from 'react';
import type { ServerProbe } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import { call, codeOf } from '../../state/bridge.ts';
import { type Unreached, unreachedBy } from './unreached.ts';

const DEBOUNCE_MS = 400;

export type ProbeState =
  | { state: 'idle' }
  | { state: 'probing' }
  | { state: 'ok'; probe: ServerProbe }
  | { state: Unreached }
  | { state: 'proxy'; fault: ProxyFault }
  | { state: 'badAddress' }
  | { state: 'managed' }
  | { state: 'blocked' }
  | { state: 'certificate' }
  | { state: 'insecure' }
  | { state: 'notCompatible' };

async function probeServer(server: string): Promise<ProbeState> {
  try {
    return { state: 'ok', probe: await call('signIn.probe', { server }) };
  } catch (error) {
    if (error instanceof CodedError && error.proxy) return { state: 'proxy', fault: error.proxy };
    const code = codeOf(error);
    if (code === 'badArgument') return { state: 'badAddress' };
    if (code === 'managed')
      return { state: error instanceof CodedError && error.field === 'blocked' ? 'blocked' : 'managed' };
    if (code === 'notCompatible' || code === 'certificate' || code === 'insecure') return { state: code };
    return { state: unreachedBy(error instanceof Error ? error.message : '') };
  }
}

interface Asked {
  server: string;
  network: number;
  answer: Promise<ProbeState>;
  /** Once it is there. */
  state: ProbeState | null;
}

/** The last one: the next form (register, a new password) begins with what is known. */
let last: Asked | null = null;

function ask(server: string, network: number): Asked {
  if (
    last?.server === server &&
    last.network === network &&
    (last.state === null || last.state.state === 'ok')
  )
    return last;
  const asked: Asked = { server, network, answer: probeServer(server), state: null };
  last = asked;
  void keep(asked);
  return asked;
}

async function keep(asked: Asked): Promise<void> {
  asked.state = await asked.answer;
}

export interface Probing {
  state: ProbeState;
  /** The answer for the address of now: the one on its way, or asked for at once. */
  settled: () => Promise<ProbeState>;
}

/**
 * Probes the address 400 ms after the last change; a late answer for an older address is dropped. `network`: another
 * number when it is reached in another way. `off`: nothing is asked, nobody can sign in.
 */
export function useServerProbe(server: string, network: number, off: boolean): Probing {
  const address = server.trim();
  const [result, setResult] = useState<{ server: string; network: number; state: ProbeState } | null>(() =>
    last?.state && last.server === address
      ? { server: address, network: last.network, state: last.state }
      : null,
  );
  const isOff = off || address === '';
  const isKnown = result?.server === address && result.network === network;
  useEffect(() => {
    if (isOff || isKnown) return undefined;
    let current = true;
    const timer = window.setTimeout(() => {
      void ask(address, network).answer.then(
        (state) => current && setResult({ server: address, network, state }),
      );
    }, DEBOUNCE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [address, network, isOff, isKnown]);
  return {
    state: isOff ? { state: 'idle' } : isKnown ? result.state : { state: 'probing' },
    async settled() {
      const asked = ask(address, network);
      const state = await asked.answer;
      setResult({ server: address, network, state });
      return state;
    },
  };
}
