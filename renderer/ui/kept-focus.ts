/**
 * What has the focus may go by what it did: a row that is removed, a request that is answered, a bar that is closed.
 * What stands in its place gets the focus then, so that keys go on from there and are not lost in the window; also
 * after a question, which would have given it back.
 */
import { isFocusFree, stopsIn } from './focus-trap.ts';

/** They take the focus for a time and give it back; modal ones keep it by themselves. */
const LAYERS = '[role="dialog"], [role="alertdialog"], [role="menu"], body > [data-opening]';

/** Somebody scrolls: so long after the last event of it. */
const SCROLLS_MS = 300;

/** Where something stood: in what, and as the how manieth of its children. Weakly, as `FocusReturn`. */
interface Place {
  parent: WeakRef<Element>;
  at: number;
}

interface Focused {
  element: WeakRef<Element>;
  /** Innermost first. */
  places: Place[];
  region: WeakRef<Element> | null;
}

/** For the whole page, once: screens, panes and lists need nothing of their own. */
export function keepFocus(page: HTMLElement): void {
  let last: Focused | null = null;
  let asked = false;
  let scrolledAt = -Infinity;
  document.addEventListener('scroll', ({ timeStamp }) => (scrolledAt = timeStamp), {
    capture: true,
    passive: true,
  });
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof Element && !target.closest(LAYERS))
      last = page.contains(target) ? focused(target) : null;
  });
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (!(target instanceof Element) || relatedTarget !== null || target.closest(LAYERS)) return;
    // Somebody clicked beside it: it is still there. (A window that is left keeps its focus.)
    queueMicrotask(() => {
      if (!target.isConnected || document.activeElement === target || last?.element.deref() !== target)
        return;
      if (isOutOfUse(target)) look();
      // (What waits for an answer takes no keys for a moment, and may be gone after it.)
      else if (!target.matches(':disabled')) last = null;
    });
  });
  // A click beside everything, where nothing has the focus: nothing is wanted there.
  document.addEventListener('pointerdown', () => {
    if (isFocusFree(null)) last = null;
  });
  const isLost = (): boolean => {
    const element = last?.element.deref();
    return last !== null && isFocusFree(null) && (element?.isConnected !== true || isOutOfUse(element));
  };
  const look = (): void => {
    if (asked || !isLost()) return;
    asked = true;
    // Who knows better where it belongs comes first: in the same drawing, or right after it.
    requestAnimationFrame(() =>
      setTimeout(() => {
        asked = false;
        if (last === null || !isLost()) return;
        // What was scrolled away does not bring whoever scrolls back to it.
        const preventScroll = performance.now() - scrolledAt < SCROLLS_MS;
        inItsPlace(last)?.focus({ preventScroll });
      }),
    );
  };
  // Layers come and go beside the page.
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

function focused(element: Element): Focused {
  const places: Place[] = [];
  for (
    let child = element, parent = child.parentElement;
    parent;
    child = parent, parent = child.parentElement
  )
    places.push({ parent: new WeakRef(parent), at: Array.prototype.indexOf.call(parent.children, child) });
  const region = element.closest('[data-region]');
  return { element: new WeakRef(element), places, region: region && new WeakRef(region) };
}

/** It is in the page and takes no keys. */
const isOutOfUse = (element: Element): boolean =>
  element.closest('[inert]') !== null || !element.checkVisibility({ visibilityProperty: true });

/** What Tab would come to from where it was, as near to it as there is something. */
function inItsPlace({ places, region }: Focused): HTMLElement | null {
  let before: Element | null = null;
  for (const [depth, { parent: held, at }] of places.entries()) {
    const parent = held.deref();
    if (parent?.isConnected !== true) continue;
    // The screen is another one (after signing in): where one begins there, once that is drawn.
    if (parent === document.body || parent.parentElement === document.body) return entryOfScreen(parent);
    const mark: Element | null = before ?? parent.children[at] ?? null;
    const stops = parent instanceof HTMLElement ? stopsIn(parent).filter(isPlace) : [];
    const inner = before ? [] : places.slice(0, depth);
    const like = before ? null : (likeIt(mark, inner) ?? likeIt(parent.children[at - 1] ?? null, inner));
    const found =
      stops.find((stop) => stop === like) ??
      stops.find((stop) => mark !== null && isFrom(mark, stop)) ??
      stops.at(-1);
    if (found) return entryOf(found, region?.deref() ?? null);
    before = parent;
  }
  return null;
}

/** Where one begins on a screen that is drawn while nothing has the focus: keys work without Tab. */
export function focusEntry(page: HTMLElement): void {
  if (isFocusFree(null)) entryOfScreen(page)?.focus();
}

/** Who has no chats begins with what stands in their place. */
function entryOfScreen(screen: Element): HTMLElement | null {
  const entry = screen.querySelector<HTMLElement>('[data-region-entry]');
  if (entry) return entry;
  const list = screen.querySelector<HTMLElement>('[data-region="list"]');
  return (list && stopsIn(list)[0]) ?? null;
}

/** The button of the next row where that of the row was which has gone. */
const likeIt = (next: Element | null, inner: readonly Place[]): Element | null =>
  inner.reduceRight<Element | null>((within, { at }) => within?.children[at] ?? null, next);

/** What is said for a moment goes by itself, and would stay as long as it has the focus. */
const isPlace = (stop: Element): boolean => stop.closest('[role="status"], [role="alert"]') === null;

const isFrom = (mark: Element, stop: Element): boolean =>
  mark === stop || (mark.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

/** In another region one begins where F6 would. */
function entryOf(stop: HTMLElement, from: Element | null): HTMLElement {
  const region = stop.closest('[data-region]');
  if (region === null || region === from || (from !== null && region.contains(from))) return stop;
  return region.querySelector<HTMLElement>('[data-region-entry]') ?? stop;
}
