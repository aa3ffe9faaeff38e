import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Mark } from '../../state/image-editor/marks.ts';
import { useT } from '../../i18n/i18n.ts';
import { cx } from '../../ui/cx.ts';
import { NativeTextarea } from '../../ui/native-field.tsx';
import { drawStage } from './draw-stage.ts';
import { selectedOf } from './editing.ts';
import { moved, pulled, type Size, stretched, wholeOf } from './geometry.ts';
import { type Ground, type Live, shapeInMiddle } from './gestures.ts';
import { COLOURS, letterSize, LIGHT, textSize } from './paint.ts';
import { type Placed, placed, shifted } from './stage-view.ts';
import type { Editor } from './use-editor.ts';
import type { ShownPicture } from './use-picture.ts';
import { usePointer } from './use-pointer.ts';
import css from './image-editor.module.css';

/** Px of the screen. */
const REACH = 8;
const LEAST_FRAME = 12;
const KEY_STEP = 8;

/** Where the picture is drawn on, by pointer and by keys. */
export function Stage({ picture, editor }: { picture: ShownPicture; editor: Editor }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [stage, density] = useStageSize(box);
  const { editing, typing, view } = editor;
  const isCropping = editing.tool === 'crop';
  const shown = isCropping ? wholeOf(picture.size) : editor.kept;
  const at = placed(view, shown, stage);
  const ground = useGround(picture, at.scale);
  const pointer = usePointer(box, { editor, placed: at, shown, stage, ground });
  const { live } = pointer;

  useLayoutEffect(() => {
    if (!canvas.current || stage.width === 0) return;
    const marks = marksNow(editing.now.marks, live, typing?.mark ?? null);
    const crop = live && 'crop' in live ? live.crop : editing.now.crop;
    const chosen = selectedOf(editing);
    const selected = live && 'changed' in live ? live.changed : chosen;
    drawStage(canvas.current, picture, at, { marks, crop, isCropping, selected }, density);
  });
  useLayoutEffect(() => {
    const drawn = canvas.current;
    return () => {
      // What was drawn goes with the editor, whoever keeps the element.
      if (drawn) drawn.width = drawn.height = 0;
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Escape' && pointer.cancel()) event.stopPropagation();
    else if (!takeStageKey(event, { editor, picture, ground, at, shown, stage })) return;
    event.preventDefault();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it is drawn on
    <div
      ref={box}
      role="application"
      aria-label={t('imageEditor.stage')}
      aria-roledescription={t('imageEditor.stageRole')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- its keys move what is drawn
      tabIndex={0}
      data-autofocus
      data-tool={editing.tool}
      data-marks={editing.now.marks.length}
      className={css['stage']}
      data-testid="image-stage"
      onKeyDown={onKeyDown}
      {...pointer.handlers}
    >
      <canvas
        ref={canvas}
        className={css['canvas']}
        width={Math.round(stage.width * density)}
        height={Math.round(stage.height * density)}
      />
      {typing && <Words editor={editor} picture={picture} at={at} onEnd={() => box.current?.focus()} />}
    </div>
  );
}

function marksNow(marks: readonly Mark[], live: Live | null, typed: Mark | null): readonly Mark[] {
  const there = marks.filter((mark) => mark !== typed);
  if (live && 'drawn' in live) return [...there, { ...live.drawn, id: 0 }];
  if (live && 'changed' in live)
    return there.map((mark) => (mark.id === live.changed.id ? live.changed : mark));
  return there;
}

function useGround({ size, brush }: ShownPicture, scale: number): Ground {
  const measuring = useMemo(() => new OffscreenCanvas(1, 1).getContext('2d'), []);
  return {
    size,
    reach: REACH / scale,
    least: Math.min(LEAST_FRAME / scale, size.width, size.height),
    textSize: (mark) => (measuring ? textSize(measuring, mark, brush) : { width: 0, height: 0 }),
  };
}

function useStageSize(box: React.RefObject<HTMLDivElement | null>): [Size, number] {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return [size, window.devicePixelRatio];
}

interface KeyGround {
  editor: Editor;
  picture: ShownPicture;
  ground: Ground;
  at: Placed;
  shown: { x: number; y: number; width: number; height: number };
  stage: Size;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Keys while the picture has the focus: false = none of them. */
function takeStageKey(
  event: KeyboardEvent,
  { editor, picture, ground, at, shown, stage }: KeyGround,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { editing } = editor;
  const mark = selectedOf(editing);
  if (event.key === 'Enter' || event.key === ' ') {
    const middle = { x: shown.x + shown.width / 2, y: shown.y + shown.height / 2 };
    if (mark?.kind === 'text') editor.beginTyping(mark.at, mark);
    else if (editing.tool === 'text')
      editor.beginTyping({
        x: shown.x + shown.width / 4,
        y: middle.y - letterSize(editing.width, picture.brush),
      });
    else {
      const shape = shapeInMiddle(editing, shown);
      if (shape) editor.add(shape);
    }
    return true;
  }
  const arrow = ARROWS[event.key];
  if (!arrow) return false;
  const step = KEY_STEP / at.scale;
  const by = { x: arrow[0] * step, y: arrow[1] * step };
  if (editing.tool === 'crop') {
    const rect = editing.now.crop ?? wholeOf(picture.size);
    const frame = pulled(rect, event.shiftKey ? 'se' : 'all', by, picture.size, ground.least);
    editor.crop(frame);
  } else if (mark) {
    const next = event.shiftKey
      ? stretched(mark, by, picture.size, ground.least)
      : moved(mark, by, picture.size, ground.textSize);
    editor.change(next);
  } else editor.setView((view) => shifted(view, { x: -arrow[0] * 40, y: -arrow[1] * 40 }, shown, stage));
  return true;
}

/** The words that are written, in their place and size. */
function Words({
  editor,
  picture,
  at,
  onEnd,
}: {
  editor: Editor;
  picture: ShownPicture;
  at: Placed;
  onEnd: () => void;
}) {
  const t = useT();
  const field = useRef<HTMLTextAreaElement>(null);
  const { editing, typing } = editor;
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.width = '0';
    element.style.height = '0';
    element.style.width = `${element.scrollWidth + 24}px`;
    element.style.height = `${element.scrollHeight}px`;
  });
  if (!typing) return null;
  const look = typing.mark ?? editing;
  return (
    <NativeTextarea
      ref={field}
      className={cx(css['words'], LIGHT.has(look.colour) && css['light'])}
      rows={1}
      value={typing.text}
      autoComplete="off"
      spellCheck={false}
      dir="auto"
      aria-label={t('imageEditor.words')}
      style={{
        left: at.left + typing.at.x * at.scale,
        top: at.top + typing.at.y * at.scale,
        color: COLOURS[look.colour],
        fontSize: letterSize(look.width, picture.brush) * at.scale,
      }}
      onPointerDown={(event) => event.stopPropagation()}
      onChange={(event) => editor.type(event.target.value)}
      onKeyDown={(event) => {
        // Done, with these words.
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return;
        const ends = event.key === 'Enter' && !event.shiftKey;
        if (!ends && event.key !== 'Escape') {
          // (Tab leaves it, and the trap has to know; letters are letters.)
          if (event.key !== 'Tab') event.stopPropagation();
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        onEnd();
        if (ends) editor.step((now) => now);
        else editor.dropTyping();
      }}
    />
  );
}
