import { type Range, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useShallow } from 'zustand/shallow';
import { useT } from '../../i18n/i18n.ts';
import { favouriteById, loadMoreFavourites, useFavourites } from '../../state/messages/favourites-store.ts';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { useItemFocus } from '../../ui/use-item-focus.ts';
import { drop, openItem } from './favourite-actions.ts';
import { FavouriteItem } from './favourite-item.tsx';
import { FavouriteMenu } from './favourite-menu.tsx';
import css from './favourites.module.css';

/** Of an item that was not drawn yet, px. */
const ESTIMATED = 96;
/** Items from the end at which the next page is asked for. */
const EARLY = 8;

/** One tab stop; arrows move, Enter opens, Delete takes it out. Only what is on screen is in the document. */
export function FavouriteList() {
  const t = useT();
  // Ids only: what is kept with the callbacks below must hold no words (docs/recall.md, "Memory of the window").
  const ids = useFavourites(useShallow((state) => state.items.map(({ id }) => id)));
  const before = useFavourites((state) => state.before);
  const scroller = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ id: number; anchor: MenuAnchor } | null>(null);
  const keys = useMemo(() => ids.map(String), [ids]);
  const focus = useItemFocus(keys, scroller, 'data-favourite');
  const focusedAt = focus.key === null ? -1 : keys.indexOf(focus.key);
  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read in this component only
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATED,
    getItemKey: (index) => keys[index] ?? index,
    overscan: 6,
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (focusedAt < 0 || indexes.includes(focusedAt)) return indexes;
      return [...indexes, focusedAt].sort((a, b) => a - b);
    },
  });
  const drawn = virtualizer.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (before !== null && last >= ids.length - EARLY) void loadMoreFavourites();
  }, [before, last, ids.length]);

  const moveTo = (index: number): void => {
    virtualizer.scrollToIndex(index, { align: 'auto' });
    focus.moveTo(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys of a button inside are its own.
    const isItem = event.target instanceof HTMLElement && event.target.dataset['favourite'] !== undefined;
    const item = favouriteById(ids[focusedAt]);
    if (isItem && item && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      openItem(item, event.target as HTMLElement);
    } else if (isItem && item && event.key === 'Delete') {
      event.preventDefault();
      drop(item);
    } else takeRovingKey(event, { count: ids.length, at: focusedAt, edges: true, page: 5, moveTo });
  };
  const onContextMenu = (event: MouseEvent): void => {
    const key = keyAt(event.target);
    if (key === null) return;
    event.preventDefault();
    const box = (event.target as Element).getBoundingClientRect();
    const byKeys = event.clientX === 0 && event.clientY === 0;
    const anchor = byKeys ? { x: box.left + 20, y: box.top + 20 } : { x: event.clientX, y: event.clientY };
    setMenu({ id: Number(key), anchor });
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/no-noninteractive-element-interactions -- the items have the focus
    <div
      ref={scroller}
      role="feed"
      aria-label={t('fav.title')}
      className={css['scroller']}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onFocus={(event) => focus.at(keyAt(event.target))}
    >
      <div className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map(({ index, start, key }) => {
          const id = ids[index];
          if (id === undefined) return null;
          return (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className={css['slot']}
              style={{ transform: `translateY(${start}px)` }}
            >
              <FavouriteItem id={id} place={[index + 1, ids.length]} stop={focus.isStop(String(id))} />
            </div>
          );
        })}
      </div>
      {menu && <FavouriteMenu id={menu.id} anchor={menu.anchor} onClose={() => setMenu(null)} />}
    </div>
  );
}

const keyAt = (target: EventTarget): string | null =>
  target instanceof Element
    ? (target.closest<HTMLElement>('[data-favourite]')?.dataset['favourite'] ?? null)
    : null;
