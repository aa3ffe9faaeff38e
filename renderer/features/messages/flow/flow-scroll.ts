/** Hooks about the scroll position and the clock of the flow. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { setReadingPlace } from '../../../state/messages/reading-place.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';

/** Closer to the end than this (px) counts as "at the newest message". */
export const END_THRESHOLD = 60;

/** Runs after the frame in which the virtualiser has found its place: it corrects estimates once more. */
export function afterPaint(run: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(run)));
}

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

/** Heights of rows that are no longer loaded, before they are forgotten. */
const SPARE_HEIGHTS = 500;

/** The virtualiser keeps the height of every row it ever drew, by key: in a chat that stays open they would pile up. */
export function useBoundedHeights(
  rows: readonly { key: string }[],
  { itemSizeCache: heights }: { itemSizeCache: Map<number | string | bigint, number> },
): void {
  useEffect(() => {
    if (heights.size <= rows.length + SPARE_HEIGHTS) return;
    const loaded = new Set<number | string | bigint>(rows.map(({ key }) => key));
    for (const key of heights.keys()) if (!loaded.has(key)) heights.delete(key);
  }, [rows, heights]);
}

/** Tells the store what is read (undefined: the end): it drops and reloads around that. */
export function useReadingPlace(key: string, messageKey: string | undefined): void {
  useLayoutEffect(() => setReadingPlace(key, messageKey ?? null), [key, messageKey]);
}

const distanceFromEnd = (element: HTMLElement): number =>
  element.scrollHeight - element.scrollTop - element.clientHeight;

/** A scroll this long after the reader's wheel, key or finger is the reader's, ms. */
const OWN_SCROLL_MS = 1_000;
/** After the last change of height the position settles within this time, ms. */
const SETTLED_MS = 300;
const OWN_INPUT = ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const;

/**
 * Whether the end of what is loaded is in view. At the `live` end (nothing newer is to be loaded) rows that come or grow do not
 * take the reader away from it, however many come at once: only scrolling up does, or `leave`, which is called before a jump.
 */
export function useAtEnd(
  scroller: RefObject<HTMLDivElement | null>,
  live: boolean,
): { inView: boolean; leave: () => void } {
  const [inView, setInView] = useState(false);
  const stays = useRef(false);
  const isLive = useRef(live);
  useEffect(() => {
    isLive.current = live;
    stays.current = live && scroller.current !== null && distanceFromEnd(scroller.current) <= END_THRESHOLD;
  }, [live, scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let { scrollTop: top, scrollHeight: height } = element;
    let inputAt = -OWN_SCROLL_MS;
    let grewAt = -SETTLED_MS;
    const input = (): void => void (inputAt = performance.now());
    const check = (): void => {
      const up = element.scrollTop < top - 1;
      const now = performance.now();
      if (element.scrollHeight !== height) grewAt = now;
      // While rows come the virtualiser moves as well, up to a few frames later.
      const own = now - inputAt < OWN_SCROLL_MS || now - grewAt > SETTLED_MS;
      let at = distanceFromEnd(element) <= END_THRESHOLD;
      if (!at && stays.current && !(up && own)) {
        element.scrollTop = element.scrollHeight;
        at = true;
      }
      stays.current = at && isLive.current;
      top = element.scrollTop;
      height = element.scrollHeight;
      setInView(at);
    };
    element.addEventListener('scroll', check, { passive: true });
    for (const type of OWN_INPUT) element.addEventListener(type, input, { passive: true });
    // Reports once at the start, too.
    const observer = new ResizeObserver(check);
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', check);
      for (const type of OWN_INPUT) element.removeEventListener(type, input);
      observer.disconnect();
    };
  }, [scroller]);
  const leave = useCallback(() => void (stays.current = false), []);
  return { inView, leave };
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
