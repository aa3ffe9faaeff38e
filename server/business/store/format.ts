import { randomBytes } from 'node:crypto';

/** 32 lower-case hex digits, as TSDD's uid, group_no and token (tsdd-api.md 0). */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYY-MM-DD HH:mm:ss` in the server's zone, as TSDD writes created_at and updated_at. */
export function formatDate(ms: number): string {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}
