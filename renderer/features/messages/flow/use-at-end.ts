import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Closer to the end than this (px) counts as "at the newest message". */
export const END_THRESHOLD = 60;

const distanceFromEnd = (element: HTMLElement): number =>
  element.scrollHeight - element.scrollTop - element.clientHeight;

/** A scroll this long after the reader's wheel, key or finger is the reader's, ms. */
const OWN_SCROLL_MS = 1_000;
/** After the last change of height the position settles within so many frames, which take a busy page longer. */
const SETTLED_FRAMES = 18;
const OWN_INPUT = ['wheel', 'keydown', 'pointerdown', 'touchmove'] as const;

/**
 * Whether the end of what is loaded is in view. At the `live` end (nothing newer is to be loaded) rows that come or
 * grow do not take the reader away from it, however many come at once: only scrolling up does, or `leave`, which is
 * called before a jump.
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
    let { scrollTop: top, scrollHeight: height, clientHeight: room } = element;
    let inputAt = -OWN_SCROLL_MS;
    /** Frames until the position counts as settled. */
    let unsettled = 0;
    let frame = 0;
    const settle = (): void => {
      unsettled -= 1;
      frame = unsettled > 0 ? requestAnimationFrame(settle) : 0;
    };
    const grew = (): void => {
      unsettled = SETTLED_FRAMES;
      if (frame === 0) frame = requestAnimationFrame(settle);
    };
    let told: boolean | null = null;
    const input = (): void => void (inputAt = performance.now());
    const check = (): void => {
      const up = element.scrollTop < top - 1;
      if (element.scrollHeight !== height) grew();
      // While rows come the virtualiser moves as well, up to a few frames later.
      const hasInput = performance.now() - inputAt < OWN_SCROLL_MS;
      const own = hasInput || unsettled === 0;
      const distance = distanceFromEnd(element);
      let at = distance <= END_THRESHOLD;
      // A line or two, of what nobody has scrolled away: rows have come out higher, or there is less room.
      const hasSlipped =
        distance > 1 && (element.scrollHeight !== height || element.clientHeight !== room) && !hasInput;
      if ((!at || hasSlipped) && stays.current && !(up && own)) {
        element.scrollTop = element.scrollHeight;
        at = true;
      }
      stays.current = at && isLive.current;
      top = element.scrollTop;
      height = element.scrollHeight;
      room = element.clientHeight;
      // React draws once more for a state that is set to what it was: the whole flow, in every frame of scrolling.
      if (at !== told) setInView(at);
      told = at;
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
      cancelAnimationFrame(frame);
    };
  }, [scroller]);
  const leave = useCallback(() => void (stays.current = false), []);
  return { inView, leave };
}
