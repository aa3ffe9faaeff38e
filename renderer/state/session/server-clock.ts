import { useEffect, useRef, useState } from 'react';
import { useCalendar } from '../../i18n/i18n.ts';
import { useSession } from './session-store.ts';

/** Now on the server's clock, ms. */
export function serverNow(): number {
  return Date.now() + useSession.getState().serverOffsetMs;
}

/**
 * Now on the server's clock, ms; re-renders at midnight, with another time zone, and every `intervalMs`, aligned to
 * whole seconds for 1000. `null` stops the ticking.
 */
export function useServerNow(intervalMs: number | null): number {
  const [now, setNow] = useState(serverNow);
  const offset = useSession((state) => state.serverOffsetMs);
  const calendar = useCalendar();
  const fresh = useRef(true);
  useEffect(() => {
    // (What was just drawn has the time already: set here, it would be drawn twice.)
    // oxlint-disable-next-line react/set-state-in-effect -- follows a clock or timer outside of React
    if (!fresh.current) setNow(serverNow());
    fresh.current = false;
    if (intervalMs === null) return undefined;
    const timer = window.setInterval(() => setNow(serverNow()), intervalMs);
    return () => window.clearInterval(timer);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra or missing ones are what the effect is meant to follow
  }, [intervalMs, offset, calendar]);
  return now;
}
