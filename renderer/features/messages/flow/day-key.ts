import { twoDigits } from '../../../../shared/clock-text.ts';

/** Key of the local calendar day of a Unix timestamp (seconds): `2026-11-23`. */
export function dayKey(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}
