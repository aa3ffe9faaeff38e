/** How the viewer shows its image: scale, turn and place, as pure steps. */

export interface View {
  /** Screen px per image px; null = fits the window. */
  scale: number | null;
  /** Degrees, clockwise. */
  turn: number;
  /** Where the middle of the image is, in px from the middle of the window. */
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export const FITTED: View = { scale: null, turn: 0, x: 0, y: 0 };

const MIN_SCALE = 0.05;
const MAX_SCALE = 8;

/** Scale at which the whole image is visible; small images are not blown up. */
export function fitScale(image: Size, stage: Size, turn: number): number {
  if (image.width <= 0 || image.height <= 0) return 1;
  const lying = turn % 180 !== 0;
  const width = lying ? image.height : image.width;
  const height = lying ? image.width : image.height;
  return Math.min(1, stage.width / width, stage.height / height);
}

export const scaleOf = (view: View, image: Size, stage: Size): number =>
  view.scale ?? fitScale(image, stage, view.turn);

/** Zooms by `factor`; `at` (px from the middle of the window) stays where it is. */
export function zoomed(
  view: View,
  factor: number,
  image: Size,
  stage: Size,
  at: { x: number; y: number } = { x: 0, y: 0 },
): View {
  const before = scaleOf(view, image, stage);
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, before * factor));
  const ratio = scale / before;
  return inView(
    { ...view, scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio },
    image,
    stage,
  );
}

export const turned = (view: View): View => ({ scale: null, turn: (view.turn + 90) % 360, x: 0, y: 0 });

export const moved = (view: View, dx: number, dy: number, image: Size, stage: Size): View =>
  inView({ ...view, x: view.x + dx, y: view.y + dy }, image, stage);

const clamp = (value: number, span: number): number => Math.min(span, Math.max(-span, value)) + 0;

/** An image larger than the window can be moved up to its edges, a smaller one stays in the middle. */
function inView(view: View, image: Size, stage: Size): View {
  const scale = scaleOf(view, image, stage);
  const lying = view.turn % 180 !== 0;
  const spanX = Math.max(0, ((lying ? image.height : image.width) * scale - stage.width) / 2);
  const spanY = Math.max(0, ((lying ? image.width : image.height) * scale - stage.height) / 2);
  return { ...view, x: clamp(view.x, spanX), y: clamp(view.y, spanY) };
}
