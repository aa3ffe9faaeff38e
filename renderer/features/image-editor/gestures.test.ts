import { describe, expect, it } from 'vitest';
import { untouched } from '../../state/image-editor/marks.ts';
import { addMark, beginEditing, type Editing, setCrop, setTool, type Tool } from './editing.ts';
import { beginGesture, continueGesture, type Ground, type Live, shapeInMiddle } from './gestures.ts';

const ground: Ground = {
  size: { width: 200, height: 100 },
  reach: 4,
  least: 6,
  textSize: () => ({ width: 40, height: 10 }),
};
const withTool = (tool: Tool): Editing => setTool(beginEditing(untouched), tool);
const drag = (editing: Editing, from: [number, number], ...to: [number, number][]): Live | null => {
  let gesture = beginGesture(editing, { x: from[0], y: from[1] }, ground);
  let live: Live | null = null;
  for (const [x, y] of to) ({ gesture, live } = continueGesture(gesture, { x, y }, editing, ground));
  return live;
};

describe('a drag', () => {
  it('draws with the tool in hand, within the picture', () => {
    expect(drag(withTool('box'), [50, 50], [10, 500])).toMatchObject({
      drawn: { kind: 'box', rect: { x: 10, y: 50, width: 40, height: 50 }, colour: 'red' },
    });
    expect(drag(withTool('arrow'), [1, 2], [3, 4])).toMatchObject({
      drawn: { kind: 'arrow', from: { x: 1, y: 2 }, to: { x: 3, y: 4 } },
    });
    expect(drag(withTool('pen'), [1, 1], [2, 2], [3, 1])).toMatchObject({
      drawn: {
        points: [
          { x: 1, y: 1 },
          { x: 2, y: 2 },
          { x: 3, y: 1 },
        ],
      },
    });
    expect(drag(withTool('text'), [1, 1], [20, 20])).toBeNull();
  });

  it('makes a frame of the crop, then pulls and moves it', () => {
    const crop = withTool('crop');
    expect(drag(crop, [100, 50], [20, 10])).toEqual({ crop: { x: 20, y: 10, width: 80, height: 40 } });
    expect(drag(crop, [100, 50], [101, 51])).toBeNull();
    // The whole picture has corners, too.
    expect(drag(crop, [0, 0], [20, 10])).toEqual({ crop: { x: 20, y: 10, width: 180, height: 90 } });
    const cropped = setCrop(crop, { x: 20, y: 10, width: 80, height: 40 }, ground.size);
    expect(drag(cropped, [50, 30], [60, 40])).toEqual({ crop: { x: 30, y: 20, width: 80, height: 40 } });
    expect(drag(cropped, [100, 50], [90, 40])).toEqual({ crop: { x: 20, y: 10, width: 70, height: 30 } });
  });

  it('on what is selected moves and stretches it; beside it draws', () => {
    const shape = {
      kind: 'box',
      rect: { x: 20, y: 20, width: 40, height: 40 },
      colour: 'red',
      width: 'thin',
    } as const;
    const editing = addMark(withTool('box'), shape) ?? withTool('box');
    expect(drag(editing, [20, 40], [25, 40])).toMatchObject({ changed: { id: 1, rect: { x: 25, y: 20 } } });
    expect(drag(editing, [60, 60], [70, 65])).toMatchObject({ changed: { rect: { width: 50, height: 45 } } });
    expect(drag(editing, [40, 40], [50, 50])).toMatchObject({ drawn: { kind: 'box' } });
  });
});

it('keys put a mark into the middle of what is seen', () => {
  const shown = { x: 30, y: 0, width: 90, height: 60 };
  expect(shapeInMiddle(withTool('mosaic'), shown)).toMatchObject({
    rect: { x: 60, y: 20, width: 30, height: 20 },
  });
  expect(shapeInMiddle(withTool('arrow'), shown)).toMatchObject({
    from: { x: 60, y: 40 },
    to: { x: 90, y: 20 },
  });
  expect(shapeInMiddle(withTool('pen'), shown)).toBeNull();
});
