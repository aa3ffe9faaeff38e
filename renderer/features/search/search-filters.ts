/** Filters of a message search: who wrote it, when, and what it is. Pure. */
import { SEARCH_KINDS, type SearchKind } from '../../../shared/ipc/contract/search.ts';

export const SPANS = ['day', 'week', 'month'] as const;
export type Span = (typeof SPANS)[number];
export const KINDS: readonly SearchKind[] = SEARCH_KINDS;

/** Days of the local calendar, `2026-11-24`, both included; '' = open. */
export interface DayRange {
  from: string;
  to: string;
}

export interface Filters {
  /** null = anyone. */
  sender: { uid: string; name: string } | null;
  /** null = any time. */
  span: Span | DayRange | null;
  /** null = whatever it is. */
  kind?: SearchKind | null;
}
export const noFilters: Filters = { sender: null, span: null, kind: null };

/** Whether one is set: then a search needs no words. */
export const isFiltered = ({ sender, span, kind = null }: Filters): boolean =>
  sender !== null || span !== null || kind !== null;

const DAYS: Record<Span, number> = { day: 1, week: 7, month: 30 };

/** Unix seconds at which a day of the local calendar begins, or the one after it; null: no day. */
function startOf(day: string, daysLater = 0): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  if (year === undefined) return null;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + daysLater);
  return Math.floor(start.getTime() / 1000);
}

/** What `search.query` wants. `nowMs`: server time, ms; `since` and `until` are Unix seconds. */
export function filterArgs(
  { sender, span, kind }: Filters,
  nowMs: number,
): { fromUid: string | null; since: number | null; until: number | null; kind?: SearchKind } {
  const fromUid = sender?.uid ?? null;
  const what = kind ? { kind } : {};
  if (typeof span === 'object' && span !== null)
    return { fromUid, since: startOf(span.from), until: startOf(span.to, 1), ...what };
  const since = span === null ? null : Math.floor(nowMs / 1000) - DAYS[span] * 86_400;
  return { fromUid, since, until: null, ...what };
}

/** `2026-11-01 - 2026-11-24`, as it stands on the button. */
export const rangeText = ({ from, to }: DayRange): string => `${from || '…'} - ${to || '…'}`;
