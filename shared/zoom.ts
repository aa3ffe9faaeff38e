/** How large everything in a window is drawn, percent. */
export const ZOOM_STEPS = [80, 90, 100, 110, 125, 150, 175, 200] as const;
export const MIN_ZOOM = 80;
export const MAX_ZOOM = 200;

/** The next larger or smaller step; at the end it stays. */
export function steppedZoom(percent: number, way: 'in' | 'out'): number {
  return way === 'in'
    ? (ZOOM_STEPS.find((step) => step > percent) ?? MAX_ZOOM)
    : (ZOOM_STEPS.findLast((step) => step < percent) ?? MIN_ZOOM);
}

/** Chromium counts in levels: one is a fifth more. */
const FACTOR = 1.2;
export const zoomLevelOf = (percent: number): number => Math.log(percent / 100) / Math.log(FACTOR);
/** Of a level that something else made: the nearest that there is here. */
export function zoomPercentOf(level: number): number {
  const percent = Math.round(100 * FACTOR ** level);
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, percent));
}
