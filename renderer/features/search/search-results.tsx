import { Info, SearchX } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useForgetting } from '../../state/forget.ts';
import { focusSearch, useUi } from '../../state/window/ui-store.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useLater } from '../../ui/use-later.ts';
import { FilterButtons } from './filter-buttons.tsx';
import { type Filters, isFiltered, noFilters } from './search-filters.ts';
import { backToList, SearchHits } from './search-hits.tsx';
import { chooseFilters, chooseTab, useSearchScope } from './search-scope.ts';
import { search, useSearch } from './search-store.ts';
import { useFriendSenders } from './senders.ts';
import css from './search-results.module.css';

const DEBOUNCE_MS = 120;
const SPINNER_AFTER_MS = 300;

/** Also from the tabs and the filters; a menu or a question of theirs takes the key for itself. */
function leaveByEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  backToList();
}

/** Hits in place of the list. One tab stop; arrows move; Enter opens and jumps; Esc goes back. */
export function SearchResults() {
  const t = useT();
  const text = useUi((state) => state.searchText.trim());
  const state = useSearch();
  useForgetting();
  const { tab, filters } = useSearchScope();
  const panelId = useId();
  const senders = useFriendSenders();
  // The filters belong to the messages: people and groups are found by name alone. Without words there is nothing else.
  const narrowed = tab === 'messages' || text === '';
  const used = narrowed ? filters : noFilters;

  useEffect(() => {
    const timer = window.setTimeout(() => void search(text, used), DEBOUNCE_MS);
    return () => window.clearTimeout(timer);
  }, [text, used]);

  const narrow = (chosen: Filters): void => {
    chooseFilters(chosen);
    // Nothing is left to look for: the field is there for other words.
    if (text === '' && !isFiltered(chosen)) focusSearch();
  };

  const tabs = [
    { id: 'all', label: t('search.all') },
    { id: 'messages', label: t('search.messages') },
    { id: 'people', label: t('search.people') },
    { id: 'groups', label: t('search.groups') },
  ] as const;
  const counts = {
    messages: state.hits.length,
    people: state.contacts.length,
    groups: state.groups.length,
    all: state.hits.length + state.contacts.length + state.groups.length,
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of what is inside
    <div className={css['results']} onKeyDown={leaveByEscape}>
      <SegmentedTabs
        label={t('search.results')}
        tabs={tabs}
        selected={tab}
        onSelect={chooseTab}
        panelId={panelId}
      />
      {narrowed && (
        <div className={css['filters']}>
          <FilterButtons
            scope={{ text, channel: null }}
            filters={filters}
            senders={senders}
            onChange={narrow}
          />
        </div>
      )}
      <div id={panelId} role="tabpanel" className={css['panel']}>
        {state.status === 'searching' && <LateSpinner />}
        {state.status === 'failed' && <EmptyState icon={SearchX} text={t('search.failed')} />}
        {state.status === 'done' && counts[tab] === 0 && (
          <EmptyState
            icon={SearchX}
            text={
              state.text !== ''
                ? t('empty.hits', { q: state.text })
                : t(tab === 'people' || tab === 'groups' ? 'search.wordsFirst' : 'search.noneFits')
            }
          />
        )}
        {counts[tab] > 0 && <SearchHits />}
        {state.status === 'done' &&
          tabs
            .filter(({ id }) => id !== tab && id !== 'all' && tab !== 'all' && counts[id] > 0)
            .map(({ id, label }) => (
              <MoreButton key={id} onClick={() => chooseTab(id)}>
                {t('search.alsoIn', { tab: label, n: counts[id] })}
              </MoreButton>
            ))}
        {state.status !== 'idle' && (
          <p className={css['note']}>
            <Icon of={Info} size={14} />
            {t('search.note')}
          </p>
        )}
      </div>
    </div>
  );
}

function LateSpinner() {
  return useLater(true, SPINNER_AFTER_MS) ? (
    <p className={css['searching']}>
      <Spinner size={16} />
    </p>
  ) : null;
}
