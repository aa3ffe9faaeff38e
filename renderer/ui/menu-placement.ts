const MARGIN = 8;
const GAP = 6;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Top left corner of a menu of `size` in the window: right of and below the point if there is room, flipped otherwise.
 * `avoid` is kept free: the menu goes under it, else above it; only if neither fits, beside the point.
 */
export function placeMenu(
  anchor: { x: number; y: number; avoid?: Box },
  size: { width: number; height: number },
  view: { innerWidth: number; innerHeight: number },
): { left: number; top: number } {
  const clamp = (value: number, length: number, limit: number): number =>
    Math.max(MARGIN, Math.min(value, limit - length - MARGIN));
  const flippedLeft = anchor.x + size.width > view.innerWidth - MARGIN ? anchor.x - size.width : anchor.x;
  const left = clamp(flippedLeft, size.width, view.innerWidth);
  const { avoid } = anchor;
  if (avoid) {
    // (It may have been scrolled out of the window.)
    const fits = (top: number): boolean => top === clamp(top, size.height, view.innerHeight);
    const under = avoid.bottom + GAP;
    if (fits(under)) return { left, top: under };
    const above = avoid.top - GAP - size.height;
    if (fits(above)) return { left, top: above };
  }
  const flippedTop = anchor.y + size.height > view.innerHeight - MARGIN ? anchor.y - size.height : anchor.y;
  return { left, top: clamp(flippedTop, size.height, view.innerHeight) };
}
