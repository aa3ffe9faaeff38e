/** Where the focus was on a screen that is drawn anew: the element itself is gone then, another stands in its place. */
import { focusRegion } from './regions.ts';
import { isFocusFree } from '../../ui/focus-trap.ts';

export interface FocusPlace {
  element: Element | null;
  /** A selector that finds what has taken its place; '' = there is none of its own. */
  like: string;
  region: string;
}

export function placeOfFocus(element: Element | null): FocusPlace {
  const region = element?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? '';
  const id = element?.id ?? '';
  const testId = element instanceof HTMLElement ? (element.dataset['testid'] ?? '') : '';
  const label = element?.getAttribute('aria-label') ?? '';
  const inRegion = region === '' ? '' : `[data-region="${CSS.escape(region)}"] `;
  const own =
    testId === ''
      ? label === ''
        ? id === ''
          ? ''
          : `#${CSS.escape(id)}`
        : `[aria-label="${CSS.escape(label)}"]`
      : `[data-testid="${CSS.escape(testId)}"]`;
  return { element, like: own === '' ? '' : inRegion + own, region };
}

/** Puts the focus back there; onto the place's region, if nothing stands there any more. */
export function focusPlace({ element, like, region }: FocusPlace): void {
  const target = element?.isConnected ? element : like === '' ? null : document.querySelector(like);
  if (target instanceof HTMLElement && target !== document.body) target.focus();
  for (const name of [region, 'composer', 'list']) if (name !== '' && isFocusFree(null)) focusRegion(name);
}
