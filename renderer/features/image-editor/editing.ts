/** What is being done to a picture: its marks, what was undone, the tool in hand. Pure steps. */
import {
  isTouched,
  type Mark,
  type MarkLook,
  type MarkShape,
  type Picture,
  type Rect,
} from '../../state/image-editor/marks.ts';
import type { Size } from './geometry.ts';

export const TOOLS = ['crop', 'box', 'arrow', 'pen', 'text', 'mosaic'] as const;
export type Tool = (typeof TOOLS)[number];

export interface Editing extends MarkLook {
  past: readonly Picture[];
  now: Picture;
  future: readonly Picture[];
  tool: Tool;
  /** Id of the mark that is moved, changed and deleted. */
  selected: number | null;
  nextId: number;
}

/** Steps that can be undone; marks on one picture; points of one line of the pen. */
const MAX_STEPS = 200;
export const MAX_MARKS = 500;
export const MAX_POINTS = 4_000;

export function beginEditing(now: Picture): Editing {
  const nextId = now.marks.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  return { past: [], now, future: [], tool: 'arrow', colour: 'red', width: 'medium', selected: null, nextId };
}

const stepTo = (editing: Editing, now: Picture): Editing => ({
  ...editing,
  past: [...editing.past, editing.now].slice(-MAX_STEPS),
  now,
  future: [],
});

/** Null when there are as many marks as there may be. */
export function addMark(editing: Editing, shape: MarkShape): Editing | null {
  const { marks } = editing.now;
  if (marks.length >= MAX_MARKS) return null;
  const id = editing.nextId;
  const added = stepTo(editing, { ...editing.now, marks: [...marks, { ...shape, id }] });
  // (A line of the pen is drawn and left; the next one begins anywhere.)
  return { ...added, nextId: id + 1, selected: shape.kind === 'pen' ? null : id };
}

export const changeMark = (editing: Editing, mark: Mark): Editing =>
  stepTo(editing, {
    ...editing.now,
    marks: editing.now.marks.map((each) => (each.id === mark.id ? mark : each)),
  });

export const selectedOf = ({ now, selected }: Editing): Mark | undefined =>
  selected === null ? undefined : now.marks.find(({ id }) => id === selected);

export const select = (editing: Editing, selected: number | null): Editing =>
  editing.selected === selected ? editing : { ...editing, selected };

export function removeSelected(editing: Editing): Editing {
  const gone = selectedOf(editing);
  if (!gone) return editing;
  const marks = editing.now.marks.filter((mark) => mark !== gone);
  return { ...stepTo(editing, { ...editing.now, marks }), selected: null };
}

/** Colour and width of what is drawn next, and of what is selected. */
export function setLook(editing: Editing, look: Partial<MarkLook>): Editing {
  const mark = selectedOf(editing);
  const next = { ...editing, ...look };
  if (!mark) return next;
  const changed = { ...mark, ...look };
  return changed.colour === mark.colour && changed.width === mark.width ? next : changeMark(next, changed);
}

export const setTool = (editing: Editing, tool: Tool): Editing => ({ ...editing, tool, selected: null });

/** A crop of everything is none. */
export function setCrop(editing: Editing, crop: Rect, { width, height }: Size): Editing {
  const whole = crop.x === 0 && crop.y === 0 && crop.width === width && crop.height === height;
  const before = editing.now.crop;
  const next = whole ? null : crop;
  if (next === before || (next && before && sameRect(next, before))) return editing;
  return stepTo(editing, { ...editing.now, crop: next });
}

const sameRect = (a: Rect, b: Rect): boolean =>
  a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

export function undo(editing: Editing): Editing {
  const now = editing.past.at(-1);
  if (!now) return editing;
  return {
    ...editing,
    past: editing.past.slice(0, -1),
    now,
    future: [editing.now, ...editing.future],
    selected: null,
  };
}

export function redo(editing: Editing): Editing {
  const [now, ...future] = editing.future;
  if (!now) return editing;
  return { ...editing, past: [...editing.past, editing.now], now, future, selected: null };
}

/** Whether leaving loses something. */
export const isChanged = ({ past }: Editing): boolean => past.length > 0;
/** Whether what is sent would be another picture than the one that was opened. */
export const changesPicture = (editing: Editing, opened: Picture): boolean =>
  editing.now !== opened && (isTouched(editing.now) || isTouched(opened));

/** A line of the pen with one more point; a very long one loses every other. */
export function withPoint(points: readonly { x: number; y: number }[], at: { x: number; y: number }) {
  const kept = points.length < MAX_POINTS ? points : points.filter((_, index) => index % 2 === 0);
  return [...kept, at];
}
