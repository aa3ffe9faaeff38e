import { Check, type LucideIcon } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import { FocusReturn } from './focus-return.ts';
import { placeMenu } from './menu-placement.ts';
import { takeRovingKey } from './roving-keys.ts';
import { ToldApartName } from './told-apart-name.tsx';
import { TypeAhead } from './type-ahead.ts';
import { usePressElsewhere } from './use-press-elsewhere.ts';
import css from './menu.module.css';

export interface MenuItem {
  id: string;
  label: string;
  /** What tells it from another of that name (`toldApart`). */
  detail?: string | undefined;
  icon?: LucideIcon;
  /** Any node instead of an icon (an avatar). */
  leading?: ReactNode;
  /** Shown at the end, e.g. `Ctrl C`. */
  shortcut?: string;
  /** Shown at the end instead of `shortcut`: the ring with the time left. */
  trailing?: ReactNode;
  tone?: 'recall' | 'danger';
  /** Disabled, but focusable; the reason is read out and shown on a second line. */
  disabledReason?: string | undefined;
  /** Turns the item into a checkable one. */
  checked?: boolean;
  onSelect: () => void;
}
/** Entries below each other. */
const LISTED = '[role^="menuitem"]:not([data-quick])';

export type MenuEntry = MenuItem | 'separator';

/** A row of pictures on top of a menu, walked with Left and Right. */
export interface MenuQuick {
  label: string;
  items: readonly { id: string; label: string; text: string; checked: boolean; onSelect: () => void }[];
  more: { label: string; icon: LucideIcon; onSelect: () => void };
}

/** Where the menu opens: a point, and a box it must not cover (the message, the button). */
export interface MenuAnchor {
  x: number;
  y: number;
  avoid?: DOMRect;
}

interface MenuProps {
  label: string;
  entries: readonly MenuEntry[];
  quick?: MenuQuick | undefined;
  anchor: MenuAnchor;
  /** Called after Esc, a click outside, or a selection (before its `onSelect`). Focus is already back. */
  onClose: () => void;
}

/**
 * A context or button menu. Entries may change while it is open (a window that ends): items are identified by `id`, so
 * the focus stays where it is. If the owner unmounts it, the focus is the owner's business.
 */
export function Menu({ label, entries, quick, anchor, onClose }: MenuProps) {
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<FocusReturn | null>(null);
  const typeAhead = useRef(new TypeAhead());
  /** Id of the entry that had the focus last. */
  const focused = useRef('');

  useLayoutEffect(() => {
    opener.current ??= new FocusReturn();
    root.current?.querySelector<HTMLElement>(LISTED)?.focus({ preventScroll: true });
  }, []);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const { width, height } = element.getBoundingClientRect();
    const place = placeMenu(anchor, { width, height }, window);
    element.style.left = `${place.left}px`;
    element.style.top = `${place.top}px`;
    // Where it was asked for; again when it grows (a message that is acknowledged meanwhile offers more).
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [entries.length]);

  useLayoutEffect(() => {
    const element = root.current;
    const active = document.activeElement;
    if (!element || (active !== null && active !== document.body)) return;
    // An entry that goes to those at the end, or back, is drawn anew. One that has gone leaves the focus to the first:
    // a key that was meant for it must not do what is done for good.
    const same = element.querySelector<HTMLElement>(`[data-item="${CSS.escape(focused.current)}"]`);
    (same ?? element.querySelector<HTMLElement>(LISTED))?.focus({ preventScroll: true });
  });

  const close = (restoreFocus: boolean): void => {
    if (restoreFocus) opener.current?.restore();
    onClose();
  };
  usePressElsewhere(root, () => close(false), { also: ['wheel', 'resize', 'blur'] });

  const items = (): HTMLElement[] => [...(root.current?.querySelectorAll<HTMLElement>(LISTED) ?? [])];
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (takeQuickKey(event, root.current, items())) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const moveTo = (index: number): void => all[index]?.focus();
    if (takeRovingKey(event, { count: all.length, at, wrap: true, edges: true, moveTo })) return;
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      close(true);
      return;
    }
    const labels = all.map((item) => item.dataset['label'] ?? '');
    typeAhead.current.takeKey(event, labels, at, moveTo);
  };

  return createPortal(
    <div
      ref={root}
      role="menu"
      aria-label={label}
      tabIndex={-1}
      className={css['menu']}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        focused.current = target.dataset['item'] ?? '';
      }}
      onContextMenu={(event) => event.preventDefault()}
    >
      {quick && (
        <div role="group" aria-label={quick.label} className={css['quick']}>
          {quick.items.map(({ id, label: name, text, checked, onSelect }) => (
            <button
              key={id}
              type="button"
              role="menuitemcheckbox"
              aria-checked={checked}
              aria-label={name}
              data-quick=""
              tabIndex={-1}
              className={css['pick']}
              onClick={() => {
                close(true);
                onSelect();
              }}
            >
              {text}
            </button>
          ))}
          <button
            type="button"
            role="menuitem"
            aria-label={quick.more.label}
            data-quick=""
            tabIndex={-1}
            className={cx(css['pick'], css['morePicks'])}
            onClick={() => {
              close(true);
              quick.more.onSelect();
            }}
          >
            <Icon of={quick.more.icon} size={16} />
          </button>
        </div>
      )}
      <Rows entries={entries.slice(0, keptFrom(entries))} scroll close={() => close(true)} />
      <Rows entries={entries.slice(keptFrom(entries))} close={() => close(true)} />
    </div>,
    document.body,
  );
}

/** So many at the end stay in sight while the others scroll. */
const MOST_KEPT = 3;

/**
 * Where what is done for good begins (recall, delete): the last separator. In a low window the entries above it scroll,
 * and those are whole.
 */
function keptFrom(entries: readonly MenuEntry[]): number {
  const from = entries.lastIndexOf('separator');
  return from < 0 || entries.length - from - 1 > MOST_KEPT ? entries.length : from;
}

function Rows({
  entries,
  scroll = false,
  close,
}: {
  entries: readonly MenuEntry[];
  scroll?: boolean;
  close: () => void;
}) {
  return (
    <div role="none" className={scroll ? css['scrolled'] : css['kept']}>
      {entries.map((entry, index) =>
        entry === 'separator' ? (
          // Separators have no identity but their place.
          <hr key={`separator-${index}`} className={css['separator']} />
        ) : (
          <MenuRow
            key={entry.id}
            item={entry}
            onActivate={() => {
              close();
              entry.onSelect();
            }}
          />
        ),
      )}
    </div>
  );
}

/** Up from the first entry leads into the row, Down out of it. */
function takeQuickKey(
  event: KeyboardEvent,
  root: HTMLElement | null,
  listed: readonly HTMLElement[],
): boolean {
  const quick = [...(root?.querySelectorAll<HTMLElement>('[data-quick]') ?? [])];
  if (quick.length === 0) return false;
  const at = quick.indexOf(document.activeElement as HTMLElement);
  if (at < 0) {
    if (event.key !== 'ArrowUp' || document.activeElement !== listed[0]) return false;
    event.preventDefault();
    quick[0]?.focus();
    return true;
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    (event.key === 'ArrowDown' ? listed[0] : listed.at(-1))?.focus();
    return true;
  }
  const moveTo = (index: number): void => quick[index]?.focus();
  return takeRovingKey(event, { count: quick.length, at, wrap: true, edges: true, horizontal: true, moveTo });
}

function MenuRow({ item, onActivate }: { item: MenuItem; onActivate: () => void }) {
  const disabled = item.disabledReason !== undefined;
  return (
    <button
      type="button"
      role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={item.checked}
      aria-disabled={disabled || undefined}
      tabIndex={-1}
      data-label={item.label}
      data-item={item.id}
      className={cx(css['item'], disabled ? css['disabled'] : item.tone && css[item.tone])}
      onMouseMove={(event) => {
        if (document.activeElement !== event.currentTarget)
          event.currentTarget.focus({ preventScroll: true });
      }}
      onClick={() => {
        if (!disabled) onActivate();
      }}
    >
      {item.leading ?? (item.icon && <Icon of={item.icon} size={16} className={css['icon']} />)}
      <span className={css['label']}>
        <ToldApartName name={item.label} detail={item.detail} />
        {disabled && <span className={css['why']}>{item.disabledReason}</span>}
      </span>
      {item.checked && <Icon of={Check} size={16} className={css['check']} />}
      {!disabled &&
        (item.trailing ?? (item.shortcut && <span className={css['shortcut']}>{item.shortcut}</span>))}
    </button>
  );
}
