import { Link2, MessageSquarePlus, Plus, UserPlus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { type FocusPlace, focusPlace, placeOfFocus } from '../../state/window/focus-place.ts';
import { useKeys } from '../../state/window/keys.ts';
import {
  closeSearch,
  openDialog,
  searchFocused,
  setSearchActive,
  setSearchText,
  useUi,
} from '../../state/window/ui-store.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Menu, type MenuAnchor } from '../../ui/menu.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { isFiltered } from './search-filters.ts';
import { resetSearchScope, useSearchScope } from './search-scope.ts';
import { clearSearch } from './search-store.ts';
import css from './search-head.module.css';

/** Head of the list: the search field, and the button for something new. */
export function SearchHead() {
  const t = useT();
  const keys = useKeys();
  const input = useRef<HTMLInputElement>(null);
  /** Where somebody was who came to search. */
  const before = useRef<FocusPlace>(placeOfFocus(null));
  const text = useUi((state) => state.searchText);
  const active = useUi((state) => state.searchActive);
  const focusRequest = useUi((state) => state.searchFocus);
  const [menu, setMenu] = useState<MenuAnchor | null>(null);

  useEffect(() => {
    if (focusRequest > 0) {
      input.current?.focus();
      input.current?.select();
      // Taken: coming back to the chats later asks for nothing.
      searchFocused();
    }
  }, [focusRequest]);

  const leave = (): void => {
    closeSearch();
    clearSearch();
    input.current?.blur();
    // (Drawn: the list stands there again.)
    requestAnimationFrame(() => focusPlace(before.current));
  };

  return (
    <div className={css['head']} role="search" data-region="search">
      <SearchBox
        ref={input}
        tone="rail"
        type="search"
        label={t('nav.search')}
        className={css['field']}
        value={text}
        onChange={(event) => setSearchText(event.target.value)}
        onFocus={({ relatedTarget }) => {
          // (With words one comes back from what they found.)
          if (text === '') before.current = placeOfFocus(relatedTarget);
          setSearchActive(true);
        }}
        onBlur={() => {
          // Filters alone are a search as well: somebody goes on to them, or to what they found.
          if (text.trim() !== '' || isFiltered(useSearchScope.getState().filters)) return;
          setSearchActive(false);
          resetSearchScope();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            leave();
          } else if (event.key === 'ArrowDown') {
            const first = document.querySelector<HTMLElement>(
              '[data-search-results] [role="option"], [role="listbox"] [role="option"][tabindex="0"]',
            );
            if (first) {
              event.preventDefault();
              first.focus();
            }
          }
        }}
        trailing={
          active && (
            <button
              type="button"
              tabIndex={-1}
              aria-label={t('search.clear')}
              onMouseDown={(event) => event.preventDefault()}
              onClick={leave}
            >
              <span aria-hidden="true">
                <Kbd>Esc</Kbd>
              </span>
            </button>
          )
        }
      />
      {!active && (
        <IconButton
          icon={Plus}
          label={t('nav.new')}
          aria-haspopup="menu"
          aria-expanded={menu !== null}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            setMenu({ x: box.left, y: box.bottom + 4, avoid: box });
          }}
        />
      )}
      {menu && (
        <Menu
          label={t('nav.new')}
          anchor={menu}
          onClose={() => setMenu(null)}
          entries={[
            {
              id: 'group',
              label: t('group.new.title'),
              shortcut: keys('newGroup'),
              icon: MessageSquarePlus,
              onSelect: () => openDialog({ kind: 'newGroup' }),
            },
            {
              id: 'friend',
              label: t('contacts.add'),
              icon: UserPlus,
              onSelect: () => openDialog({ kind: 'addFriend' }),
            },
            {
              id: 'join',
              label: t('join.paste'),
              icon: Link2,
              onSelect: () => openDialog({ kind: 'joinGroup', link: '' }),
            },
          ]}
        />
      )}
    </div>
  );
}
