/** How large an image is drawn in the flow. Pure. */

/** ui.md 3: an image is 96 to 320 wide and at most 360 tall. */
const MIN_WIDTH = 96;
const MAX_WIDTH = 320;
const MAX_HEIGHT = 360;
/** A panorama of a few pixels' height could not be clicked. */
const MIN_HEIGHT = 48;
/** Drawn when the sender did not say how large the image is. */
const UNKNOWN = { width: 240, height: 160 } as const;

export interface Box {
  width: number;
  height: number;
}

/** Shares of the sides that differ by less are the same picture, scaled and rounded. */
const SAME_SHAPE = 0.03;

/**
 * The size that the box is made of: what the message announced, unless the picture that was drawn has another shape.
 * A box of the announced size would show a part of it, or bars.
 */
export function shapeOf(announced: Box, drawn: Box | undefined): Box {
  if (!drawn || drawn.width <= 0 || drawn.height <= 0) return announced;
  const said = announced.width / announced.height;
  const is = drawn.width / drawn.height;
  return Number.isFinite(said) && said > 0 && Math.abs(said / is - 1) < SAME_SHAPE ? announced : drawn;
}

/**
 * CSS px of an image whose payload says `width` x `height`: its own size where that fits, else scaled down with its
 * aspect kept. What is beyond both limits (a long receipt, a thin banner) stands whole in a larger box.
 */
export function pictureBox(width: number, height: number): Box {
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) return UNKNOWN;
  const down = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  const shown = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width * down));
  const tall = (shown / width) * height;
  return {
    width: Math.round(shown),
    height: Math.round(Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, tall))),
  };
}

/**
 * The same box with room for what stands over the picture. Not by `min-width`, which would win over the width of a
 * narrow flow: the bubble would cut off what it says.
 */
export const atLeast = (box: Box, room: Box): Box => ({
  width: Math.max(box.width, room.width),
  height: Math.max(box.height, room.height),
});
