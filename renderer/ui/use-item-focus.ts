import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { isFocusFree } from './focus-trap.ts';

export interface ItemFocus {
  /** Of the item that has, or had last, the focus. */
  key: string | null;
  isStop: (key: string) => boolean;
  moveTo: (index: number) => void;
  at: (key: string | null) => void;
}

/**
 * The focus among the items of a list that draws only some of them; `attribute` has the key of an item. One that is
 * taken away hands the focus on to the one in its place.
 */
export function useItemFocus(
  keys: readonly string[],
  scroller: RefObject<HTMLElement | null>,
  attribute: `data-${string}`,
): ItemFocus {
  const [key, setKey] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  /** Where the focused one stands among the items. */
  const place = useRef(-1);
  useLayoutEffect(() => {
    const at = key === null ? -1 : keys.indexOf(key);
    if (at >= 0) place.current = at;
    else if (key !== null && isFocusFree(scroller.current)) {
      const next = keys[Math.min(Math.max(0, place.current), keys.length - 1)] ?? null;
      wanted.current = next;
      setKey(next);
    }
  }, [key, keys, scroller]);
  // With each drawing: it may come into the document later.
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const selector = `[${attribute}="${CSS.escape(wanted.current)}"]`;
    const element = scroller.current?.querySelector<HTMLElement>(selector);
    if (!element) return;
    element.focus({ preventScroll: true });
    wanted.current = null;
  });
  return {
    key,
    isStop: (one) => one === (key !== null && keys.includes(key) ? key : keys[0]),
    moveTo: (index) => {
      wanted.current = keys[index] ?? null;
      setKey(wanted.current);
    },
    at: (one) => {
      if (one !== null) setKey(one);
    },
  };
}
