/**
 * What is looked for beside the words: which tab, and with which filters. It outlives what is shown, so that who takes
 * the words away, or looks at another screen, comes back to the same search.
 */
import { create } from 'zustand';
import { useSession } from '../../state/session/session-store.ts';
import { useUi } from '../../state/window/ui-store.ts';
import { type Filters, isFiltered, noFilters } from './search-filters.ts';

export type SearchTab = 'all' | 'messages' | 'people' | 'groups';

interface SearchScope {
  tab: SearchTab;
  filters: Filters;
}

const initial: SearchScope = { tab: 'all', filters: noFilters };
export const useSearchScope = create<SearchScope>(() => initial);

export const chooseTab = (tab: SearchTab): void => useSearchScope.setState({ tab });
export const chooseFilters = (filters: Filters): void => useSearchScope.setState({ filters });
export const resetSearchScope = (): void => useSearchScope.setState(initial);
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) resetSearchScope();
});

/** Whether there is something to look for: words, or filters alone. */
export function useIsSearching(): boolean {
  const filtered = useSearchScope(({ filters }) => isFiltered(filters));
  return useUi(({ searchActive, searchText }) => searchActive && (filtered || searchText.trim() !== ''));
}
