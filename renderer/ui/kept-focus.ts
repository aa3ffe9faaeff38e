import { type RefObject, useEffect } from 'react';
import { isFocusFree, stopsIn } from './focus-trap.ts';

/**
 * In a page of settings the control that has the focus may go by what it did: a row that is removed, a button that
 * resets. What stands in its place gets the focus then, so that Tab goes on from there and not from the top of the
 * window; also after a question, which would have given it back.
 */
export function useKeptFocus(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = box.current;
    if (!root) return undefined;
    // Weakly, as `FocusReturn`.
    let last: { element: WeakRef<HTMLElement>; at: number } | null = null;
    const note = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement)
        last = { element: new WeakRef(target), at: stopsIn(root).indexOf(target) };
    };
    const look = (): void => {
      if (last === null || !isFocusFree(root)) return;
      // It is there: somebody clicked beside it.
      if (last.element.deref()?.isConnected === true) return;
      const stops = stopsIn(root);
      stops[Math.min(Math.max(last.at, 0), stops.length - 1)]?.focus();
    };
    root.addEventListener('focusin', note);
    const observer = new MutationObserver(look);
    observer.observe(root, { childList: true, subtree: true });
    // Layers come and go there.
    observer.observe(document.body, { childList: true });
    return () => {
      root.removeEventListener('focusin', note);
      observer.disconnect();
    };
  }, [box]);
}
