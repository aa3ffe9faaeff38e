/** Where the picture stands on the screen: its scale and place, as pure steps. */
import type { Point, Rect } from '../../state/image-editor/marks.ts';
import type { Size } from './geometry.ts';

export interface View {
  /** 1: what is shown fits. */
  zoom: number;
  /** From the middle of the stage to the middle of what is shown, px of the screen. */
  x: number;
  y: number;
}

/** A px of the picture is at `left + x * scale`, `top + y * scale` of the stage. */
export interface Placed {
  scale: number;
  left: number;
  top: number;
}

export const FITTED: View = { zoom: 1, x: 0, y: 0 };
/** Free around the picture, px: corners of the crop are pulled there. */
const MARGIN_X = 28;
const MARGIN_Y = 12;
const MOST_ZOOM = 16;
/** Small pictures are drawn larger than they are: a finger's width is no place to write on. */
const COMFORTABLE = 320;

function fitScale(shown: Rect, stage: Size): number {
  const most = Math.max(1, COMFORTABLE / Math.max(shown.width, shown.height));
  const room = { width: stage.width - 2 * MARGIN_X, height: stage.height - 2 * MARGIN_Y };
  return Math.max(0.001, Math.min(most, room.width / shown.width, room.height / shown.height));
}

export function placed(view: View, shown: Rect, stage: Size): Placed {
  const scale = fitScale(shown, stage) * view.zoom;
  return {
    scale,
    left: stage.width / 2 + view.x - (shown.x + shown.width / 2) * scale,
    top: stage.height / 2 + view.y - (shown.y + shown.height / 2) * scale,
  };
}

/** `at`: what stays where it is, px of the stage; its middle by default. */
export function zoomed(
  view: View,
  factor: number,
  shown: Rect,
  stage: Size,
  at: Point = { x: stage.width / 2, y: stage.height / 2 },
): View {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  const ratio = zoom / view.zoom;
  const fromMiddle = { x: at.x - stage.width / 2, y: at.y - stage.height / 2 };
  return inView(
    {
      zoom,
      x: fromMiddle.x - (fromMiddle.x - view.x) * ratio,
      y: fromMiddle.y - (fromMiddle.y - view.y) * ratio,
    },
    shown,
    stage,
  );
}

export const shifted = (view: View, by: Point, shown: Rect, stage: Size): View =>
  inView({ ...view, x: view.x + by.x, y: view.y + by.y }, shown, stage);

/** What is larger than the stage can be moved up to its edges, what fits stays in the middle. */
function inView(view: View, shown: Rect, stage: Size): View {
  const { scale } = placed(view, shown, stage);
  const span = (length: number, room: number, margin: number): number =>
    Math.max(0, (length * scale - room) / 2 + (length * scale > room ? margin : 0));
  const spanX = span(shown.width, stage.width, MARGIN_X);
  const spanY = span(shown.height, stage.height, MARGIN_Y);
  return {
    ...view,
    x: Math.min(spanX, Math.max(-spanX, view.x)) + 0,
    y: Math.min(spanY, Math.max(-spanY, view.y)) + 0,
  };
}

export const toPicture = ({ scale, left, top }: Placed, { x, y }: Point): Point => ({
  x: (x - left) / scale,
  y: (y - top) / scale,
});
