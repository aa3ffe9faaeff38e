/** What the parts of the editor share: the steps, the words that are being written, the place of the picture. */
import { useMemo, useState } from 'react';
import {
  type Mark,
  type MarkShape,
  type Point,
  type Rect,
  untouched,
} from '../../state/image-editor/marks.ts';
import { useT } from '../../i18n/i18n.ts';
import { announce } from '../../ui/live-region.tsx';
import { showToast } from '../../ui/toast.tsx';
import {
  addMark,
  beginEditing,
  changeMark,
  type Editing,
  MAX_MARKS,
  redo,
  removeSelected,
  setCrop,
  setTool,
  type Tool,
  undo,
} from './editing.ts';
import { type Size, wholeOf, wholePixels } from './geometry.ts';
import { FITTED, type View } from './stage-view.ts';

/** Words that are being written on the picture. `mark`: those that were there. */
export interface Typing {
  at: Point;
  text: string;
  mark: Mark | null;
}

/** Characters of one text. */
export const MAX_WORDS = 500;

export type Editor = ReturnType<typeof useEditor>;

export function useEditor(size: Size) {
  const t = useT();
  const [editing, setEditing] = useState<Editing>(() => beginEditing(untouched));
  const [typing, setTyping] = useState<Typing | null>(null);
  const [view, setView] = useState<View>(FITTED);
  const kept = useMemo(() => editing.now.crop ?? wholeOf(size), [editing.now.crop, size]);

  /** Of the words that are written now, if any: with them as a mark. */
  const settled = (now: Editing): Editing => {
    if (!typing) return now;
    const text = typing.text.trimEnd();
    const { mark } = typing;
    if (mark?.kind === 'text') {
      if (text === '') return removeSelected({ ...now, selected: mark.id });
      return text === mark.text ? now : changeMark(now, { ...mark, text });
    }
    const { colour, width } = now;
    if (text === '') return now;
    return withMark(now, { kind: 'text', at: typing.at, text, colour, width });
  };
  const withMark = (now: Editing, shape: MarkShape): Editing => {
    const next = addMark(now, shape);
    if (next) return next;
    showToast({ tone: 'error', text: t('imageEditor.full', { n: MAX_MARKS }) });
    return now;
  };
  /** Every step takes along what is being written. */
  const step = (change: (now: Editing) => Editing, said?: string): Editing => {
    const next = change(settled(editing));
    setEditing(next);
    setTyping(null);
    if (said !== undefined && next !== editing) announce(said);
    return next;
  };
  return {
    editing,
    typing,
    view,
    /** What is kept of the picture, px. */
    kept,
    setView,
    step,
    /** The words as they are now, without leaving them. */
    type: (text: string): void => setTyping((now) => now && { ...now, text: text.slice(0, MAX_WORDS) }),
    beginTyping: (at: Point, mark: Mark | null = null): void => {
      setEditing((now) => ({ ...now, selected: null }));
      setTyping({ at, mark, text: mark?.kind === 'text' ? mark.text : '' });
    },
    dropTyping: (): void => setTyping(null),
    add: (shape: MarkShape): void =>
      void step(
        (now) => withMark(now, shape),
        t('imageEditor.added', { what: t(`imageEditor.${shape.kind}`) }),
      ),
    change: (mark: Mark): void => void step((now) => changeMark(now, mark)),
    crop: (rect: Rect): void => void step((now) => setCrop(now, wholePixels(size, rect), size)),
    choose: (tool: Tool): void => {
      step((now) => setTool(now, tool), t(`imageEditor.${tool}`));
      // What is shown is another part of the picture.
      if (tool === 'crop' || editing.tool === 'crop') setView(FITTED);
    },
    remove: (): void => void step(removeSelected, t('imageEditor.removed')),
    undo: (): void => void step(undo, t('imageEditor.undone')),
    redo: (): void => void step(redo, t('imageEditor.redone')),
  };
}
