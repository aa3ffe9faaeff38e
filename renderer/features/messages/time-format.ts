/** Times of the flow. All in the local time zone; `timestamp` is Unix seconds. */
import type { Language } from '../../../shared/strings/index.ts';

const pad = (value: number): string => String(value).padStart(2, '0');

/** `10:42`, 24 hours in both languages. */
export function clockTime(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** Key of the local day, for grouping: `2026-11-23`. */
export function dayKey(timestamp: number): string {
  const date = new Date(timestamp * 1000);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export type DayLabel = { kind: 'today' } | { kind: 'yesterday' } | { kind: 'date'; text: string };

/** What the date chip of a day says, seen from `nowMs` (local clock). The year is named when it is not the current one. */
export function dayLabel(timestamp: number, nowMs: number, language: Language): DayLabel {
  const key = dayKey(timestamp);
  const now = new Date(nowMs);
  if (key === dayKey(nowMs / 1000)) return { kind: 'today' };
  // Noon avoids the hour that daylight saving time skips or repeats.
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1, 12);
  if (key === dayKey(yesterday.getTime() / 1000)) return { kind: 'yesterday' };
  const date = new Date(timestamp * 1000);
  const sameYear = date.getFullYear() === now.getFullYear();
  const text = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-US', {
    month: language === 'zh' ? 'long' : 'short',
    day: 'numeric',
    weekday: sameYear ? 'short' : undefined,
    year: sameYear ? undefined : 'numeric',
  }).format(date);
  return { kind: 'date', text };
}

/** Full date and time, for tooltips and accessible names of old messages. */
export function fullTime(timestamp: number, language: Language): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-US', {
    dateStyle: 'long',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(new Date(timestamp * 1000));
}
