import type { KeyboardEvent } from 'react';

/** A row of things of which one is current: focused, or pointed at by `aria-activedescendant`. */
export interface Roving {
  /** Number of rows. */
  count: number;
  /** Index of the current row; -1 = none. */
  at: number;
  /** After the last row the first one comes. Without it the ends hold. */
  wrap?: boolean;
  /** Home and End go to the first and the last row. Not in a text field, where they move the caret. */
  edges?: boolean;
  /** Rows that PageUp and PageDown go over. */
  page?: number;
  /** Rows lie in a grid: Left and Right go to the neighbour, Up and Down over this many. */
  columns?: number;
  /** Left and Right move instead of Up and Down. */
  horizontal?: boolean;
}

/** Moves to the row that the key leads to, and says whether the key was one that moves; then it does nothing else. */
export function takeRovingKey(
  event: KeyboardEvent,
  roving: Roving & { moveTo: (index: number) => void },
): boolean {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const target = rovingTarget(event.key, roving);
  if (target === null) return false;
  event.preventDefault();
  roving.moveTo(target);
  return true;
}

/** Index of the row that a key leads to; null = not a key that moves, or there is no row. */
export function rovingTarget(key: string, roving: Roving): number | null {
  const { count, at, wrap = false, edges = false, columns } = roving;
  const last = count - 1;
  if (count === 0) return null;
  if (edges && key === 'Home') return 0;
  if (edges && key === 'End') return last;
  const step = stepOf(key, roving);
  if (step === null) return null;
  if (wrap) return at < 0 && step < 0 ? last : (at + step + count) % count;
  const target = at + step;
  // Past the edge of a grid there is no neighbour; clamping would go sideways.
  if (columns !== undefined && (target < 0 || target > last)) return Math.max(0, at);
  return Math.min(last, Math.max(0, target));
}

function stepOf(key: string, { page, columns, horizontal = false }: Roving): number | null {
  const sideways = columns !== undefined || horizontal;
  switch (key) {
    case 'ArrowDown':
      return horizontal ? null : (columns ?? 1);
    case 'ArrowUp':
      return horizontal ? null : -(columns ?? 1);
    case 'ArrowRight':
      return sideways ? 1 : null;
    case 'ArrowLeft':
      return sideways ? -1 : null;
    case 'PageDown':
      return page ?? null;
    case 'PageUp':
      return page === undefined ? null : -page;
    default:
      return null;
  }
}
