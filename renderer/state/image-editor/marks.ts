/** What somebody did to a picture: which part is kept, and what is drawn on it. Px of the whole picture, always. */

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point {
  width: number;
  height: number;
}

export const MARK_COLOURS = ['red', 'yellow', 'green', 'blue', 'white', 'black'] as const;
export type MarkColour = (typeof MARK_COLOURS)[number];

export const MARK_WIDTHS = ['thin', 'medium', 'thick'] as const;
export type MarkWidth = (typeof MARK_WIDTHS)[number];

export interface MarkLook {
  colour: MarkColour;
  width: MarkWidth;
}

/** `width` of a text is its size, of a mosaic that of its blocks. */
export type MarkShape = MarkLook &
  (
    | { kind: 'box'; rect: Rect }
    | { kind: 'arrow'; from: Point; to: Point }
    | { kind: 'pen'; points: readonly Point[] }
    | { kind: 'text'; at: Point; text: string }
    | { kind: 'mosaic'; rect: Rect }
  );

export type Mark = MarkShape & { id: number };

export interface Picture {
  /** What is kept; null = all of it. */
  crop: Rect | null;
  /** The last one lies on top. A mosaic covers what lies below it. */
  marks: readonly Mark[];
}

export const untouched: Picture = { crop: null, marks: [] };

export const isTouched = ({ crop, marks }: Picture): boolean => crop !== null || marks.length > 0;
