import { useCallback, useEffect, useRef } from 'react';

/** Whether this is still on screen, for what ends later: it must not close, or leave, what has taken its place. */
export function useIsOpen(): () => boolean {
  const open = useRef(false);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  return useCallback(() => open.current, []);
}
