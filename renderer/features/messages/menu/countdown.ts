/** Numbers of the time window as the menu shows them. */

/** The menu turns amber for the last seconds (ui.md 5). */
export const LAST_SECONDS_MS = 10_000;

/** Part of the window that is left, 0..1, for the ring. */
export function windowLeft(untilMs: number, nowMs: number, windowMs: number): number {
  if (windowMs <= 0) return 0;
  return Math.min(1, Math.max(0, (untilMs - nowMs) / windowMs));
}
