/** Where the focus was on a screen that is drawn anew: the element itself is gone then, another stands in its place. */
import { focusRegion } from './regions.ts';
import { isFocusFree } from '../../ui/focus-trap.ts';

export interface FocusPlace {
  /** Weakly, as `FocusReturn`: it may hold the words of a message that is recalled meanwhile. */
  element: WeakRef<Element> | null;
  /** A selector that finds what has taken its place; '' = there is none of its own. No words of a message. */
  like: string;
  region: string;
}

/** What an element is found by again, the surest first. */
const NAMED_BY = ['data-message-key', 'data-key', 'data-testid', 'id', 'aria-label'];

export function placeOfFocus(element: Element | null): FocusPlace {
  const region = element?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? '';
  const inRegion = region === '' ? '' : `[data-region="${CSS.escape(region)}"] `;
  const message = element?.closest('[data-message-key]') ?? null;
  const named = message ?? element;
  const by = NAMED_BY.find((name) => named?.hasAttribute(name));
  const own = by === undefined ? '' : `[${by}="${CSS.escape(named?.getAttribute(by) ?? '')}"]`;
  return { element: element && new WeakRef(element), like: own === '' ? '' : inRegion + own, region };
}

/** Puts the focus back there; onto the place's region, if nothing stands there any more. */
export function focusPlace({ element, like, region }: FocusPlace): void {
  const known = element?.deref();
  const target = known?.isConnected ? known : like === '' ? null : document.querySelector(like);
  if (target instanceof HTMLElement && target !== document.body) target.focus();
  for (const name of [region, 'composer', 'list']) if (name !== '' && isFocusFree(null)) focusRegion(name);
}
