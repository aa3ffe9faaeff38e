/** Search in messages, contacts and groups. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import type { KindCounts, searchContract, SearchResult } from '../../../shared/ipc/contract/search.ts';
import type { Counted } from '../search/kind-counts.ts';
import type { Listed } from '../search/listing.ts';
import { goesOn } from '../search/search-api.ts';
import type { CoreContext } from './core-context.ts';

export function searchHandlers({ store }: CoreContext): Handlers<typeof searchContract> {
  return {
    'search.query': (query) => inTurns<SearchResult, Listed>((so) => store.searchStep(query, so)),
    'search.kinds': (query) => inTurns<KindCounts, Counted>((so) => store.searchKindsStep(query, so)),
  };
}

/** Messages that come, and other requests, have their turn between the parts of a long search. */
async function inTurns<T extends object, S extends { part: unknown }>(
  step: (so: S | null) => T | S,
): Promise<T> {
  for (let so: S | null = null; ; await nextTurn()) {
    const next: T | S = step(so);
    if (!goesOn(next)) return next;
    so = next;
  }
}
