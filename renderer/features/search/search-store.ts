/**
 * Results of the search over everything. A recalled message leaves them in the same update that tells of the recall.
 */
import { create } from 'zustand';
import { channelKey, type ContactView } from '../../../shared/domain.ts';
import type { SearchHit, SearchResult } from '../../../shared/ipc/contract/search.ts';
import { t } from '../../i18n/i18n.ts';
import { Meanwhile } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { type MessageDelta, onMessageDelta, useSession } from '../../state/session/session-store.ts';
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
const meanwhile = new Meanwhile<readonly MessageDelta[]>();

const query = (text: string, filters: Filters, cursor: string | null) =>
  call('search.query', { text, channel: null, cursor, limit: PAGE, ...filterArgs(filters, serverNow()) });

/** Searches; the results of an earlier text stay on screen until the new ones are there. */
export async function search(text: string, filters: Filters = noFilters): Promise<void> {
  latest += 1;
  const mine = latest;
  set({ status: 'searching' });
  try {
    const { answer, news } = await meanwhile.collect(query(text, filters, null));
    if (mine !== latest) return;
    const { messages, contacts, groups, cursor } = answer;
    const hits = standing(messages, news);
    set({ text, filters, hits, contacts, groups, cursor, status: 'done' });
    if (isUnsure(messages, news)) void search(text, filters);
  } catch {
    if (mine === latest) set({ ...empty, text, filters, status: 'failed' });
  }
}

/** Appends the next page of messages. */
export async function searchMore(): Promise<void> {
  const { text, filters, cursor } = useSearch.getState();
  if (cursor === null) return;
  const { answer, news } = await meanwhile.collect(query(text, filters, cursor));
  const { messages, cursor: next } = answer;
  const now = useSearch.getState();
  // Another search is shown by now, or this page of it is there already.
  if (now.text !== text || now.filters !== filters || now.cursor !== cursor) return;
  set({ hits: [...now.hits, ...standing(messages, news)], cursor: next });
  if (isUnsure(messages, news)) void search(text, filters);
}

/** What of an answer is left after what was told while it was on its way. */
const standing = (hits: SearchHit[], news: readonly (readonly MessageDelta[])[]): SearchHit[] =>
  news.reduce((left, deltas) => withoutEdited(withoutRecalled(left, deltas), deltas), hits);

/** There is news of some of them that does not say what became of each, or of what they say: it is asked once more. */
const isUnsure = (hits: SearchHit[], news: readonly (readonly MessageDelta[])[]): boolean =>
  news.some((deltas) => {
    const reloaded = reloadedChats(deltas);
    return anyEdited(hits, deltas) || hits.some(({ message }) => reloaded.has(channelKey(message.channel)));
  });

/** Forgets everything: the words of the hits, the tab, the filters. */
export function clearSearch(): void {
  latest += 1;
  set(empty);
  resetSearchScope();
}

function receive(deltas: MessageDelta[]): void {
  meanwhile.tell(deltas);
  const { hits, text, filters } = useSearch.getState();
  if (hits.length === 0) return;
  const left = standing(hits, [deltas]);
  if (left.length === hits.length) return;
  set({ hits: left });
  if (isUnsure(hits, [deltas])) void search(text, filters);
  announce(t('search.updated'));
}
onMessageDelta(receive);

// Another account: nothing of this one stays.
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) clearSearch();
});
