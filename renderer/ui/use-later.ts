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

/** When what lasts began, by key; the newest last. */
const begun = new Map<string, number>();
const MAX_BEGUN = 500;

function beginningOf(key: string): number {
  const at = begun.get(key) ?? performance.now();
  begun.set(key, at);
  const [oldest] = begun.keys();
  if (begun.size > MAX_BEGUN && oldest !== undefined) begun.delete(oldest);
  return at;
}

/** The same of what is drawn now and then, as a row that is scrolled away: it begins when it is first seen. */
export function useLaterOf(key: string, active: boolean, afterMs: number): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    if (!active) {
      begun.delete(key);
      return undefined;
    }
    const left = beginningOf(key) + afterMs - performance.now();
    const timer = window.setTimeout(() => setLater(true), Math.max(0, left));
    return () => {
      window.clearTimeout(timer);
      setLater(false);
    };
  }, [key, active, afterMs]);
  return active && later;
}
