/** How long a video or a call was, as payloads say it (tsdd-api.md 6.2). */
import { minutesText } from '../clock-text.ts';

/** Nobody films for longer; a number beyond it is a mistake. */
export const LONGEST_FILM_SECONDS = 360_000;

/** Seconds of `second`; 0 for what says nothing of it. */
export function filmSeconds(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 0;
  return value < 1 || value > LONGEST_FILM_SECONDS ? 0 : value;
}

/** `1:05`; '' when it is not known. */
export function filmTime(value: number): string {
  if (value <= 0) return '';
  return minutesText(Math.round(value));
}
