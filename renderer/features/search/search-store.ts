/**
 * Results of the search over everything. A recalled message leaves them in the same update that tells of the recall.
 */
import { create } from 'zustand';
import { channelKey, type ContactView } from '../../../shared/domain.ts';
import type { SearchHit, SearchResult } from '../../../shared/ipc/contract/search.ts';
import { t } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { type MessageDelta, onMessageDelta } from '../../state/session/session-store.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { announce } from '../../ui/live-region.tsx';
import { type Filters, filterArgs, noFilters } from './search-filters.ts';
import { resetSearchScope } from './search-scope.ts';
import { anyEdited, reloadedChats, withoutEdited, withoutRecalled } from './recalled-hits.ts';

const PAGE = 20;

export interface SearchState {
  /** The text and filters the results belong to. */
  text: string;
  filters: Filters;
  hits: SearchHit[];
  contacts: ContactView[];
  groups: SearchResult['groups'];
  cursor: string | null;
  status: 'idle' | 'searching' | 'done' | 'failed';
}

const empty: SearchState = {
  text: '',
  filters: noFilters,
  hits: [],
  contacts: [],
  groups: [],
  cursor: null,
  status: 'idle',
};
export const useSearch = create<SearchState>(() => empty);
const set = useSearch.setState;
let latest = 0;

const query = (text: string, filters: Filters, cursor: string | null) =>
  call('search.query', { text, channel: null, cursor, limit: PAGE, ...filterArgs(filters, serverNow()) });

/** Searches; the results of an earlier text stay on screen until the new ones are there. */
export async function search(text: string, filters: Filters = noFilters): Promise<void> {
  latest += 1;
  const mine = latest;
  set({ status: 'searching' });
  try {
    const { messages, contacts, groups, cursor } = await query(text, filters, null);
    if (mine === latest) set({ text, filters, hits: messages, contacts, groups, cursor, status: 'done' });
  } catch {
    if (mine === latest) set({ ...empty, text, filters, status: 'failed' });
  }
}

/** Appends the next page of messages. */
export async function searchMore(): Promise<void> {
  const { text, filters, cursor } = useSearch.getState();
  if (cursor === null) return;
  const mine = latest;
  const { messages, cursor: next } = await query(text, filters, cursor);
  if (mine === latest) set((state) => ({ hits: [...state.hits, ...messages], cursor: next }));
}

/** Forgets everything: the words of the hits, the tab, the filters. */
export function clearSearch(): void {
  latest += 1;
  set(empty);
  resetSearchScope();
}

function receive(deltas: MessageDelta[]): void {
  const { hits, text, filters } = useSearch.getState();
  if (hits.length === 0) return;
  const left = withoutEdited(withoutRecalled(hits, deltas), deltas);
  if (left.length === hits.length) return;
  set({ hits: left });
  const reloaded = reloadedChats(deltas);
  if (anyEdited(hits, deltas) || hits.some(({ message }) => reloaded.has(channelKey(message.channel))))
    void search(text, filters);
  announce(t('search.updated'));
}
onMessageDelta(receive);
