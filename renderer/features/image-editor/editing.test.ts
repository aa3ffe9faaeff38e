import { describe, expect, it } from 'vitest';
import { type MarkShape, untouched } from '../../state/image-editor/marks.ts';
import {
  addMark,
  beginEditing,
  changeMark,
  changesPicture,
  type Editing,
  isChanged,
  MAX_MARKS,
  MAX_POINTS,
  redo,
  removeSelected,
  select,
  selectedOf,
  setCrop,
  setLook,
  setTool,
  undo,
  withPoint,
} from './editing.ts';

const box = (x: number): MarkShape => ({
  kind: 'box',
  rect: { x, y: 0, width: 10, height: 10 },
  colour: 'red',
  width: 'medium',
});
const added = (editing: Editing, shape: MarkShape): Editing => addMark(editing, shape) ?? editing;
const size = { width: 100, height: 50 };

describe('steps', () => {
  it('are undone and made again; a new one ends what was undone', () => {
    const one = added(beginEditing(untouched), box(1));
    const two = added(one, box(2));
    expect(two.now.marks.map(({ id }) => id)).toEqual([1, 2]);
    const back = undo(two);
    expect(back.now).toBe(one.now);
    expect(redo(back).now).toBe(two.now);
    const other = added(back, box(3));
    expect(other.future).toEqual([]);
    expect(redo(other)).toBe(other);
    // Ids are never given twice: what was undone is another mark.
    expect(other.now.marks.map(({ id }) => id)).toEqual([1, 3]);
  });

  it('are asked about while there are any that are not undone', () => {
    const start = beginEditing(untouched);
    expect(isChanged(start)).toBe(false);
    const one = added(start, box(1));
    expect(isChanged(one)).toBe(true);
    expect(isChanged(undo(one))).toBe(false);
    expect(changesPicture(undo(one), untouched)).toBe(false);
    // Drawn and deleted: nothing is left, and nothing is sent anew.
    expect(changesPicture(removeSelected(one), untouched)).toBe(false);
  });

  it('are as many as there may be', () => {
    let editing = beginEditing(untouched);
    for (let n = 0; n < MAX_MARKS; n += 1) editing = added(editing, box(n));
    expect(addMark(editing, box(0))).toBeNull();
    expect(editing.past.length).toBeLessThanOrEqual(200);
  });
});

describe('what is selected', () => {
  it('is what was drawn last, but no line of the pen', () => {
    const one = added(beginEditing(untouched), box(1));
    expect(selectedOf(one)?.id).toBe(1);
    const pen = added(one, { kind: 'pen', points: [], colour: 'red', width: 'thin' });
    expect(selectedOf(pen)).toBeUndefined();
    expect(selectedOf(setTool(one, 'pen'))).toBeUndefined();
  });

  it('takes another colour and width, and is deleted', () => {
    const one = added(beginEditing(untouched), box(1));
    const blue = setLook(one, { colour: 'blue' });
    expect(blue.now.marks[0]).toMatchObject({ colour: 'blue', width: 'medium' });
    // The same again is no step.
    expect(setLook(blue, { colour: 'blue' }).past).toHaveLength(blue.past.length);
    const none = setLook(select(blue, null), { width: 'thick' });
    expect(none.past).toHaveLength(blue.past.length);
    expect(none.width).toBe('thick');
    const gone = removeSelected(blue);
    expect(gone.now.marks).toEqual([]);
    expect(undo(gone).now.marks).toHaveLength(1);
    expect(removeSelected(gone)).toBe(gone);
  });

  it('keeps its place among the others when it is changed', () => {
    const two = added(added(beginEditing(untouched), box(1)), box(2));
    const changed = changeMark(two, { ...box(9), id: 1 });
    expect(changed.now.marks.map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe('crop', () => {
  it('of everything is none; the same again is no step', () => {
    const start = beginEditing(untouched);
    const rect = { x: 1, y: 1, width: 10, height: 10 };
    const cropped = setCrop(start, rect, size);
    expect(cropped.now.crop).toEqual(rect);
    expect(setCrop(cropped, { ...rect }, size)).toBe(cropped);
    expect(setCrop(cropped, { x: 0, y: 0, ...size }, size).now.crop).toBeNull();
    expect(setCrop(start, { x: 0, y: 0, ...size }, size)).toBe(start);
  });
});

it('a line of the pen has an end', () => {
  let points: readonly { x: number; y: number }[] = [];
  for (let x = 0; x < 3 * MAX_POINTS; x += 1) points = withPoint(points, { x, y: 0 });
  expect(points.length).toBeLessThanOrEqual(MAX_POINTS);
  expect(points[0]).toEqual({ x: 0, y: 0 });
  expect(points.at(-1)).toEqual({ x: 3 * MAX_POINTS - 1, y: 0 });
});
