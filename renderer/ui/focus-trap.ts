import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect } from 'react';
import { FocusReturn } from './focus-return.ts';

/** What Tab stops at, and links and controls that a list moves the focus to. */
export const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex]:not([tabindex="-1"])';

/**
 * Keeps the focus in a modal layer: first to `[data-autofocus]`, back to where it was at the end. Returns what its
 * `onKeyDown` has to call: keys belong to the top layer, and Tab stays in it.
 */
export function useFocusTrap(box: RefObject<HTMLElement | null>): (event: KeyboardEvent) => void {
  useLayoutEffect(() => {
    const before = new FocusReturn();
    const root = box.current;
    const first =
      root?.querySelector<HTMLElement>('[data-autofocus]') ?? root?.querySelector<HTMLElement>(FOCUSABLE);
    (first ?? root)?.focus();
    return () => before.restore();
  }, [box]);

  // A control that vanishes (a row that was removed) must not drop the focus behind the layer.
  useEffect(() => {
    const root = box.current;
    if (root && document.activeElement === document.body) root.focus();
  });

  return (event) => {
    event.stopPropagation();
    if (event.key === 'Tab') trapTab(event, box.current);
  };
}

function trapTab(event: KeyboardEvent, root: HTMLElement | null): void {
  const stops = [...(root?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])].filter(
    (element) => element.tabIndex >= 0,
  );
  const first = stops[0];
  const last = stops.at(-1);
  if (!first || !last) {
    event.preventDefault();
    return;
  }
  const at = document.activeElement;
  if (event.shiftKey && (at === first || at === root)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && at === last) {
    event.preventDefault();
    first.focus();
  }
}
