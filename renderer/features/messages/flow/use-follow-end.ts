import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

/** A composer that grows (bar, lines, search) takes height from the flow: whoever was at the end stays there. */
function useStayAtEnd(scroller: RefObject<HTMLDivElement | null>, atEnd: boolean): void {
  const wasAtEnd = useRef(atEnd);
  useEffect(() => {
    wasAtEnd.current = atEnd;
  }, [atEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const change = height - element.clientHeight;
      height = element.clientHeight;
      // Decided by the last state before the change: the observer of useAtEnd may already have seen the new one.
      if (change !== 0 && wasAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
}

/** A reader at the end stays there, whatever comes at once. `atEnd` is still that of the rows before. */
export function useFollowEnd(
  scroller: RefObject<HTMLDivElement | null>,
  lastKey: string | undefined,
  atEnd: boolean,
  virtualizer: { scrollToEnd: () => void },
): void {
  const seen = useRef(lastKey);
  useLayoutEffect(() => {
    if (seen.current === lastKey) return;
    seen.current = lastKey;
    if (atEnd) virtualizer.scrollToEnd();
  }, [lastKey, atEnd, virtualizer]);
  useStayAtEnd(scroller, atEnd);
}
