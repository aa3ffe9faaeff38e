/** F6: moves the focus from region to region. A region is an element with `data-region`; the innermost ones count. */

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [contenteditable="true"], [tabindex]:not([tabindex="-1"])';

export function cycleRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (region) => region.querySelector('[data-region]') === null && region.offsetParent !== null,
  );
  if (regions.length === 0) return;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const start = at < 0 ? (step > 0 ? -1 : 0) : at;
  for (let count = 1; count <= regions.length; count += 1) {
    const region = regions[(start + step * count + regions.length * 2) % regions.length];
    if (region && focusInside(region)) return;
  }
}

/** Moves the focus into the region of that name, when there is one on screen. */
export function focusRegion(name: string): void {
  const region = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
  if (region) focusInside(region);
}

/** Focuses the region's marked entry, else its first stop, else the region. */
function focusInside(region: HTMLElement): boolean {
  const target = region.querySelector<HTMLElement>('[data-region-entry]') ?? firstStop(region) ?? region;
  target.focus();
  return region.contains(document.activeElement);
}

function firstStop(region: HTMLElement): HTMLElement | undefined {
  return [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
    // Roving focus: only the current one of a group is a stop.
    (element) => element.tabIndex >= 0 && element.offsetParent !== null,
  );
}
