import { useEffect, useState } from 'react';
import { useSession } from './session-store.ts';

/** Now on the server's clock, ms. */
export function serverNow(): number {
  return Date.now() + useSession.getState().serverOffsetMs;
}

/** Now on the server's clock, ms; re-renders every `intervalMs`, aligned to whole seconds for 1000. `null` stops the ticking. */
export function useServerNow(intervalMs: number | null): number {
  const [now, setNow] = useState(serverNow);
  const offset = useSession((state) => state.serverOffsetMs);
  useEffect(() => {
    setNow(serverNow());
    if (intervalMs === null) return undefined;
    const timer = window.setInterval(() => setNow(serverNow()), intervalMs);
    return () => window.clearInterval(timer);
  }, [intervalMs, offset]);
  return now;
}
