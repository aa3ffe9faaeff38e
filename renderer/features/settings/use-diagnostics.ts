import { useCallback, useEffect, useState } from 'react';
import type { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';

/** The core's figures, read once and on demand. */
export function useDiagnostics(): { diagnostics: Diagnostics | null; refresh: () => void } {
  const [diagnostics, setDiagnostics] = useState<Diagnostics | null>(null);
  const refresh = useCallback(() => {
    void attempt(async () => setDiagnostics(await call('diagnostics.get', undefined)));
  }, []);
  useEffect(refresh, [refresh]);
  return { diagnostics, refresh };
}
