/** The pointer over the stage: draws, moves, pulls, selects, and shifts the picture. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Point, Rect } from '../../state/image-editor/marks.ts';
import { useLatest } from '../../ui/use-latest.ts';
import { select } from './editing.ts';
import { markAt, type Size } from './geometry.ts';
import { beginGesture, continueGesture, type Gesture, type Ground, type Live } from './gestures.ts';
import { type Placed, shifted, toPicture, zoomed } from './stage-view.ts';
import type { Editor } from './use-editor.ts';

/** Px of the screen within which a press is a click. */
const STILL = 4;

type Pressed = { id: number; at: Point } & (
  | { does: 'shift' }
  | { does: 'gesture'; gesture: Gesture; hasMoved: boolean }
);

function pointOf(event: PointerEvent<HTMLElement>): Point {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

export interface StageGround {
  editor: Editor;
  placed: Placed;
  shown: Rect;
  stage: Size;
  ground: Ground;
}

export function usePointer(
  element: RefObject<HTMLElement | null>,
  { editor, placed, shown, stage, ground }: StageGround,
) {
  const pressed = useRef<Pressed | null>(null);
  const [live, setLive] = useState<Live | null>(null);
  const latest = useLatest({ editor, shown, stage });

  useEffect(() => {
    const target = element.current;
    // React listens passively to the wheel: the page would zoom along.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { editor, shown, stage } = latest.current;
      if (event.shiftKey && !event.ctrlKey) {
        const by = { x: -(event.deltaX || event.deltaY), y: 0 };
        editor.setView((view) => shifted(view, by, shown, stage));
        return;
      }
      const factor = Math.exp(-event.deltaY / 400);
      const at = { x: event.offsetX, y: event.offsetY };
      editor.setView((view) => zoomed(view, factor, shown, stage, at));
    };
    target?.addEventListener('wheel', onWheel, { passive: false });
    return () => target?.removeEventListener('wheel', onWheel);
  }, [element, latest]);

  const end = (): void => {
    pressed.current = null;
    setLive(null);
  };
  const click = (at: Point): void => {
    const { editing } = editor;
    const hit =
      editing.tool === 'crop' ? undefined : markAt(editing.now.marks, at, ground.reach, ground.textSize);
    if (editing.tool === 'text' && !hit) {
      const wasTyping = editor.typing !== null;
      editor.step((now) => now);
      // (The first click beside what is written ends that.)
      if (!wasTyping) editor.beginTyping(at);
    } else if (hit?.kind === 'text' && hit.id === editing.selected) editor.beginTyping(hit.at, hit);
    else editor.step((now) => select(now, hit?.id ?? null));
  };

  return {
    live,
    /** Esc: what is being pulled stays as it was. */
    cancel: (): boolean => {
      const was = pressed.current !== null;
      if (was) end();
      return was;
    },
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>): void => {
        if (pressed.current || event.button > 1) return;
        const at = pointOf(event);
        event.currentTarget.setPointerCapture(event.pointerId);
        const id = event.pointerId;
        if (event.button === 1) {
          event.preventDefault();
          pressed.current = { id, at, does: 'shift' };
          return;
        }
        const gesture = beginGesture(editor.editing, toPicture(placed, at), ground);
        pressed.current = { id, at, does: 'gesture', gesture, hasMoved: false };
      },
      onPointerMove: (event: PointerEvent<HTMLElement>): void => {
        const press = pressed.current;
        if (press?.id !== event.pointerId) return;
        const at = pointOf(event);
        if (press.does === 'shift') {
          const by = { x: at.x - press.at.x, y: at.y - press.at.y };
          pressed.current = { ...press, at };
          editor.setView((view) => shifted(view, by, shown, stage));
          return;
        }
        const hasMoved = press.hasMoved || Math.hypot(at.x - press.at.x, at.y - press.at.y) > STILL;
        if (!hasMoved) return;
        const next = continueGesture(press.gesture, toPicture(placed, at), editor.editing, ground);
        pressed.current = { ...press, gesture: next.gesture, hasMoved };
        setLive(next.live);
      },
      onPointerUp: (event: PointerEvent<HTMLElement>): void => {
        const press = pressed.current;
        if (press?.id !== event.pointerId) return;
        end();
        if (press.does === 'shift') return;
        const at = toPicture(placed, pointOf(event));
        if (!press.hasMoved) {
          click(at);
          return;
        }
        const { live: last } = continueGesture(press.gesture, at, editor.editing, ground);
        if (!last) return;
        if ('crop' in last) editor.crop(last.crop);
        else if ('drawn' in last) editor.add(last.drawn);
        else editor.change(last.changed);
      },
      onPointerCancel: end,
    },
  };
}
