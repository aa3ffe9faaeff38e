import { type Range, defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { SharedKind } from '../../../shared/content/shared-kind.ts';
import { useCalendar, useLanguage, useT } from '../../i18n/i18n.ts';
import { monthName } from '../../i18n/time-format.ts';
import { headsOf, sharedRows, type SharedRow } from '../../state/messages/shared-content.ts';
import { loadMoreShared, useShared } from '../../state/messages/shared-store.ts';
import type { MenuAnchor } from '../../ui/menu.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { useItemFocus } from '../../ui/use-item-focus.ts';
import { SharedEnd } from './shared-end.tsx';
import { SharedItem } from './shared-item.tsx';
import { SharedMenu } from './shared-menu.tsx';
import css from './shared-content.module.css';

const COLUMNS = 3;
/** Heights, px (shared-content.module.css). */
const MONTH = 34;
const ROW = 50;
const GAP = 3;
const INSET = 12;
const END = 110;
/** Rows from the end at which the next page is asked for. */
const EARLY = 6;

/** The items under their months. One tab stop; arrows move; only what is on screen is in the document. */
export function SharedList({ kind }: { kind: SharedKind }) {
  const t = useT();
  const language = useLanguage();
  // Keys and times only: what is kept with the callbacks below must hold no words.
  const items = useShared((state) => headsOf(state.items));
  const before = useShared((state) => state.before);
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = kind === 'media' ? COLUMNS : 1;
  const tile = Math.max(40, Math.floor((width - 2 * INSET - (COLUMNS - 1) * GAP) / COLUMNS));
  // Another time zone has other months: this draws anew, and nothing is kept.
  useCalendar();
  const rows = sharedRows(items, columns);
  const [menu, setMenu] = useState<{ key: string; anchor: MenuAnchor } | null>(null);
  const keys = useMemo(() => items.map((item) => item.key), [items]);
  const focus = useItemFocus(keys, scroller, 'data-shared-key');
  const focusedRow = rows.findIndex(
    (row) => row.kind === 'items' && row.items.some((item) => item.key === focus.key),
  );
  const heightOf = (row: SharedRow | undefined): number =>
    row === undefined ? END : row.kind === 'month' ? MONTH : columns > 1 ? tile + GAP : ROW;

  // oxlint-disable-next-line react/incompatible-library -- the virtualizer is read in this component only
  const virtualizer = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => heightOf(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? 'end',
    overscan: 4,
    // A focused item stays in the document, or the focus would fall to the body while scrolling.
    rangeExtractor: (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      if (focusedRow < 0 || indexes.includes(focusedRow)) return indexes;
      return [...indexes, focusedRow].sort((a, b) => a - b);
    },
  });
  useEffect(() => virtualizer.measure(), [virtualizer, tile, columns]);
  const drawn = virtualizer.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (before !== null && last >= rows.length - EARLY) void loadMoreShared();
  }, [before, last, rows.length]);

  const moveTo = (index: number): void => {
    const row = rows.findIndex(
      (one) => one.kind === 'items' && index >= one.first && index < one.first + one.items.length,
    );
    if (row >= 0) virtualizer.scrollToIndex(row, { align: 'auto' });
    focus.moveTo(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = items.findIndex((item) => item.key === focus.key);
    const grid = columns > 1 ? { columns } : {};
    takeRovingKey(event, { count: items.length, at, edges: true, ...grid, moveTo });
  };
  const onContextMenu = (event: MouseEvent): void => {
    const key = keyAt(event.target);
    if (key === null) return;
    event.preventDefault();
    const box = (event.target as Element).getBoundingClientRect();
    // By the keyboard there is no pointer.
    const byKeys = event.clientX === 0 && event.clientY === 0;
    setMenu({
      key,
      anchor: byKeys ? { x: box.left, y: box.bottom } : { x: event.clientX, y: event.clientY },
    });
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/no-noninteractive-element-interactions -- the items inside are buttons
    <div
      ref={scroller}
      role="group"
      aria-label={t(`shared.${kind}`)}
      className={css['scroller']}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onFocus={(event) => focus.at(keyAt(event.target))}
    >
      <div className={css['canvas']} style={{ height: virtualizer.getTotalSize() }}>
        {drawn.map(({ index, start, key }) => {
          const row = rows[index];
          return (
            <div key={key} className={css['slot']} style={{ transform: `translateY(${start}px)` }}>
              {row === undefined ? (
                <SharedEnd />
              ) : row.kind === 'month' ? (
                <h3 className={css['month']}>{monthName(language, row.atMs)}</h3>
              ) : (
                <div className={columns > 1 ? css['grid'] : undefined} style={{ gap: GAP }}>
                  {row.items.map((item) => (
                    <SharedItem
                      key={item.key}
                      itemKey={item.key}
                      tile={columns > 1 ? tile : null}
                      tabIndex={focus.isStop(item.key) ? 0 : -1}
                    />
                  ))}
                </div>
              )}
            </div>
          );
        })}
      </div>
      {menu && <SharedMenu itemKey={menu.key} anchor={menu.anchor} onClose={() => setMenu(null)} />}
    </div>
  );
}

const keyAt = (target: EventTarget): string | null =>
  target instanceof Element
    ? (target.closest<HTMLElement>('[data-shared-key]')?.dataset['sharedKey'] ?? null)
    : null;

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(320);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return undefined;
    const measure = (): void => setWidth(box.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
