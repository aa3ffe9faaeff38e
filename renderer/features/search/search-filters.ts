/** Filters of a message search: who wrote it, and since when. Pure. */
export const SPANS = ['day', 'week', 'month'] as const;
export type Span = (typeof SPANS)[number];

export interface Filters {
  /** null = anyone. */
  sender: { uid: string; name: string } | null;
  /** null = any time. */
  span: Span | null;
}
export const noFilters: Filters = { sender: null, span: null };

const DAYS: Record<Span, number> = { day: 1, week: 7, month: 30 };

/** What `search.query` wants. `nowMs`: server time, ms; `since` is Unix seconds. */
export function filterArgs(
  { sender, span }: Filters,
  nowMs: number,
): { fromUid: string | null; since: number | null; until: null } {
  return {
    fromUid: sender?.uid ?? null,
    since: span === null ? null : Math.floor(nowMs / 1000) - DAYS[span] * 86_400,
    until: null,
  };
}
