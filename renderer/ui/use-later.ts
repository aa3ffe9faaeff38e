import { useEffect, useState } from 'react';

/** True once `active` has lasted `afterMs`: what takes only a moment shows no sign of waiting. */
export function useLater(active: boolean, afterMs: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    if (!active) return undefined;
    const timer = window.setTimeout(() => setLater(true), afterMs);
    return () => {
      window.clearTimeout(timer);
      setLater(false);
    };
  }, [active, afterMs]);
  return active && later;
}
