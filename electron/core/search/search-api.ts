/** The searches of the store. */
import type { KindCounts, SearchQuery, SearchResult } from '../../../shared/ipc/contract/search.ts';
import type { Counted } from './kind-counts.ts';
import type { Listed } from './listing.ts';

export type KindsQuery = Omit<SearchQuery, 'cursor' | 'limit' | 'kind'>;

export interface SearchCalls {
  search(query: SearchQuery): SearchResult;
  searchKinds(query: KindsQuery): KindCounts;
  /** The same in steps, for whoever lets others have their turn: the answer, or where to go on. null = begin. */
  searchStep(query: SearchQuery, so: Listed | null): SearchResult | Listed;
  searchKindsStep(query: KindsQuery, so: Counted | null): KindCounts | Counted;
}

/** Where a search goes on, as opposed to what it has found. */
export const goesOn = (next: object): next is { part: unknown } => 'part' in next;

/** Without a pause. */
export function toTheEnd<T extends object, S extends { part: unknown }>(step: (so: S | null) => T | S): T {
  for (let so: S | null = null; ;) {
    const next: T | S = step(so);
    if (!goesOn(next)) return next;
    so = next;
  }
}
