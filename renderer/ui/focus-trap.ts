import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect } from 'react';
import { FocusReturn } from './focus-return.ts';

/** What Tab stops at, and links and controls that a list moves the focus to. */
export const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex]:not([tabindex="-1"])';

/** The layers that keep the focus, the one on top last: what lies under it takes nothing. */
const layers: HTMLElement[] = [];

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
    const stop = root ? keepIn(root) : undefined;
    return () => {
      stop?.();
      before.restore();
    };
  }, [box]);

  // A layer that drew its own root anew.
  useEffect(() => {
    const root = box.current;
    if (root) takeBack(root);
  });

  return (event) => {
    event.stopPropagation();
    if (event.key === 'Tab') trapTab(event, box.current);
  };
}

/**
 * A control that vanishes or stops being one must not drop the focus behind the layer, whichever part of it was drawn
 * anew: before the next key, and not only when the layer itself is drawn.
 */
function keepIn(root: HTMLElement): () => void {
  layers.push(root);
  const look = (): void => takeBack(root);
  const observer = new MutationObserver(look);
  observer.observe(root, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden', 'inert'],
  });
  // What is not drawn any more loses the focus when the page is laid out, and says so to nobody else.
  const left = (event: FocusEvent): void => {
    if (event.relatedTarget === null) queueMicrotask(look);
  };
  root.addEventListener('focusout', left);
  return () => {
    layers.splice(layers.lastIndexOf(root), 1);
    observer.disconnect();
    root.removeEventListener('focusout', left);
  };
}

/** To the layer itself, if nothing has the focus: keys go on working there, and Tab begins with its first stop. */
function takeBack(root: HTMLElement): void {
  const at = document.activeElement;
  const isStuck = layers.at(-1) === root && at !== null && root.contains(at) && at.matches(':disabled');
  if (isStuck || isFocusFree(root)) root.focus();
}

/** Goes round at both ends, wherever the focus is: also from what is no stop (the layer, a list that scrolls). */
function trapTab(event: KeyboardEvent, root: HTMLElement | null): void {
  const stops = root ? stopsIn(root) : [];
  const first = stops[0];
  const last = stops.at(-1);
  if (!first || !last) {
    event.preventDefault();
    return;
  }
  const at = document.activeElement;
  const beyond = event.shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const isAtEnd = !stops.some((stop) => at && (at.compareDocumentPosition(stop) & beyond) !== 0);
  if (!isAtEnd) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** What Tab stops at, in its order. */
export const stopsIn = (root: HTMLElement): HTMLElement[] =>
  [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isStop);

/**
 * Nothing has the focus, and `taker` (null: something of the page) may take it: what lies under a layer may not, or
 * keys would go on behind the dialog whose button has just vanished.
 */
export function isFocusFree(taker: Element | null): boolean {
  if (document.activeElement !== null && document.activeElement !== document.body) return false;
  const top = layers.at(-1);
  return top === undefined || (taker !== null && top.contains(taker));
}

/** Whether Tab stops there: not at what is not drawn, and of radio buttons only at the one that is chosen. */
function isStop(element: HTMLElement): boolean {
  if (element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) return false;
  if (element.closest('[inert]')) return false;
  if (!(element instanceof HTMLInputElement) || element.type !== 'radio' || element.checked) return true;
  const { form, name } = element;
  const group = document.querySelectorAll<HTMLInputElement>(
    `input[type="radio"][name="${CSS.escape(name)}"]`,
  );
  return name === '' || ![...group].some((radio) => radio.form === form && radio.checked);
}
