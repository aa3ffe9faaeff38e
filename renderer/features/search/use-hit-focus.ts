import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { focusSearch } from '../../state/window/ui-store.ts';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { isFocusFree } from '../../ui/focus-trap.ts';

interface HitFocus {
  list: RefObject<HTMLDivElement | null>;
  /** Whether a row is the one tab stop. */
  isStop: (position: number) => boolean;
  /** The rows go because the search is left: nothing is handed on. */
  forget: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (event: FocusEvent) => void;
  onBlur: (event: FocusEvent) => void;
}

/** The focus among `total` hits: arrows move it, Up from the first leads to the field, rows that vanish hand it on. */
export function useHitFocus(total: number, onEscape: () => void): HitFocus {
  const list = useRef<HTMLDivElement>(null);
  /** Where the focus was, so that a row that vanishes hands it on. */
  const focusedAt = useRef<number | null>(null);
  const [stop, setStop] = useState(0);

  // A recall takes the row away in the middle of whatever the user does: the next row gets the focus, else the field.
  useLayoutEffect(() => {
    if (focusedAt.current === null || !isFocusFree(list.current)) return;
    const rows = optionsOf(list.current);
    const next = rows[Math.min(focusedAt.current, rows.length - 1)];
    if (next) next.focus();
    else focusSearch();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a row fewer is what takes the focus away
  }, [total]);
  useEffect(
    () => () => {
      if (focusedAt.current !== null && isFocusFree(null)) focusSearch();
    },
    [],
  );

  return {
    list,
    isStop: (position) => position === Math.min(stop, total - 1),
    forget: () => {
      focusedAt.current = null;
    },
    onKeyDown(event) {
      const rows = optionsOf(list.current);
      const at = rows.indexOf(document.activeElement as HTMLElement);
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        focusedAt.current = null;
        onEscape();
      } else if (at < 0) return;
      else if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        rows[at]?.click();
      } else if (event.key === 'ArrowUp' && at === 0) {
        event.preventDefault();
        focusSearch();
      } else {
        const moveTo = (index: number): void => rows[index]?.focus();
        takeRovingKey(event, { count: rows.length, at, edges: true, moveTo });
      }
    },
    onFocus(event) {
      const at = optionsOf(list.current).indexOf(event.target as HTMLElement);
      focusedAt.current = at < 0 ? null : at;
      if (at >= 0) setStop(at);
    },
    onBlur(event) {
      if (event.relatedTarget) focusedAt.current = null;
    },
  };
}

const optionsOf = (list: HTMLElement | null): HTMLElement[] => [
  ...(list?.querySelectorAll<HTMLElement>('[role="option"]') ?? []),
];
