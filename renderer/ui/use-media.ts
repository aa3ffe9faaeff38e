import { useSyncExternalStore } from 'react';

/** Whether a media query matches; re-renders when that changes. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Whoever looks wants nothing to move. */
export const useReducedMotion = (): boolean => useMedia('(prefers-reduced-motion: reduce)');
