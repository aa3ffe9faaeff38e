/** A dialog or a menu is open, or about to be: keys are its own, not those of what lies below. */
export const isBelowLayer = (): boolean =>
  document.querySelector('[aria-modal="true"], [role="menu"], body > [data-opening]') !== null;
