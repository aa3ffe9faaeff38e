/** Hooks about the scroll position and the clock of the flow. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { setReadingPlace } from '../../state/reading-place.ts';
import { serverNow } from '../../state/server-clock.ts';
import { useMessageStore } from '../../state/message-store.ts';

/** Closer to the end than this (px) counts as "at the newest message". */
export const END_THRESHOLD = 60;

/** Runs after the frame in which the virtualiser has found its place: it corrects estimates once more. */
export function afterPaint(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(run)));
}

/** A composer that grows (bar, lines, search) takes height from the flow: whoever was at the end stays there. */
export function useStayAtEnd(scroller: RefObject<HTMLDivElement | null>, atEnd: boolean): void {
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
}

/** Tells the store what is read (undefined: the end): it drops and reloads around that. */
export function useReadingPlace(key: string, messageKey: string | undefined): void {
  useLayoutEffect(() => setReadingPlace(key, messageKey ?? null), [key, messageKey]);
}

/** Whether the end of what is loaded is in view. */
export function useAtEnd(scroller: RefObject<HTMLDivElement | null>): boolean {
  const [atEnd, setAtEnd] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const check = (): void =>
      setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight <= END_THRESHOLD);
    element.addEventListener('scroll', check, { passive: true });
    // Reports once at the start, too.
    const observer = new ResizeObserver(check);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', check);
      observer.disconnect();
    };
  }, [scroller]);
  return atEnd;
}

/**
 * Server time for folding: changes only when the last 重新编辑 of the loaded lines runs out, so that rows are not built
 * every second.
 */
export function useFoldTime(key: string): number {
  const [now, setNow] = useState(serverNow);
  const next = useMessageStore((store) => {
    let first = Infinity;
    for (const { recall } of store.channels[key]?.window.byKey.values() ?? []) {
      const until = recall?.state === 'done' ? recall.reeditUntilMs : null;
      if (until !== null && until > now) first = Math.min(first, until);
    }
    return first;
  });
  useEffect(() => {
    if (next === Infinity) return undefined;
    const timer = window.setTimeout(() => setNow(serverNow()), Math.max(0, next - serverNow()) + 50);
    return () => window.clearTimeout(timer);
  }, [next]);
  return now;
}

/** Local time for date chips; changes at midnight. */
export function useToday(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const midnight = new Date(now);
    midnight.setHours(24, 0, 1, 0);
    const timer = window.setTimeout(() => setNow(Date.now()), midnight.getTime() - now);
    return () => window.clearTimeout(timer);
  }, [now]);
  return now;
}
