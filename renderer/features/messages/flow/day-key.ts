const pad = (value: number): string => String(value).padStart(2, '0');

/** Key of the local calendar day of a Unix timestamp (seconds): `2026-11-23`. */
export function dayKey(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
