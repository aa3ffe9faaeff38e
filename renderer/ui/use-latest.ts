import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';

/** The value of the last drawing, for handlers that live longer than one. */
export function useLatest<T>(value: T): Readonly<RefObject<T>> {
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  });
  return latest;
}

/** A handler that stays the same one over all drawings, for what is drawn only when its properties change. */
export function useSameHandler<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void {
  const latest = useLatest(run);
  return useCallback((...args: A) => latest.current(...args), [latest]);
}
