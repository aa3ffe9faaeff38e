/** What the fields of a sticker say, in a payload or a list of the server's (docs/protocol/tsdd-api.md 6.2, 6.3). */

/** Animations that are drawings, packed: as clients and servers call them. */
const DRAWN = /^(?:lim|tgs|json|lottie|gzip)$/i;
/** The path of an outline: letters of its commands and numbers, nothing else. */
const OUTLINE = /^[Mm][MmZzLlHhVvCcSsQqTtAa\d\s.,+-]{10,20000}$/;

/** How its file ends; '' without an ending. */
export const endingOf = (path: string): string => /\.(\w{1,8})$/.exec(path)?.[1] ?? '';

/** Whether it is a drawing (Lottie), which a player moves, and no picture. */
export const isDrawn = (format: unknown, path: string): boolean =>
  (typeof format === 'string' && DRAWN.test(format)) || DRAWN.test(endingOf(path));

/** The outline of a drawing as the path of an SVG; null where `placeholder` is none. */
export function outlineIn(placeholder: unknown): string | null {
  const said = typeof placeholder === 'string' ? placeholder.trim() : '';
  return OUTLINE.test(said) ? said : null;
}
