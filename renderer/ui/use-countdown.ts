import { useEffect, useState } from 'react';

const TICK_MS = 500;

/** Times of `performance.now()`. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

/** From now on. */
export function spanFromNow(ms: number): Span {
  const fromMs = performance.now();
  return { fromMs, untilMs: fromMs + ms };
}

/** Seconds that are left of it; 0 = it is over, or there is none. */
export function useCountdown(span: Span | null): number {
  const [nowMs, setNowMs] = useState(0);
  const untilMs = span?.untilMs ?? null;
  useEffect(() => {
    if (untilMs === null) return undefined;
    const timer = window.setInterval(() => {
      setNowMs(performance.now());
      if (performance.now() >= untilMs) window.clearInterval(timer);
    }, TICK_MS);
    return () => window.clearInterval(timer);
  }, [untilMs]);
  if (span === null) return 0;
  // Since the last tick of another span time has passed.
  return Math.max(0, Math.ceil((span.untilMs - Math.max(nowMs, span.fromMs)) / 1000));
}
