import { type CSSProperties, type RefObject, useEffect, useRef, useState } from 'react';
import { AskToMove } from './ask-to-move.tsx';
import { isCovered, watchCovered } from './covered.ts';
import { cx } from './cx.ts';
import { MediaImage } from './media-image.tsx';
import { Motion } from './motion.ts';
import { StillImage } from './still-image.tsx';
import { useLatest } from './use-latest.ts';
import { useReducedMotion } from './use-media.ts';
import css from './moving-image.module.css';

interface MovingImageProps {
  src: string;
  /** ms of one run; undefined = it stands still. */
  loopMs: number | undefined;
  /**
   * `runs`: three times, then while pointer or focus are at it. `always`: as long as it is in sight. `never`: its first
   * frame.
   */
  plays?: 'runs' | 'always' | 'never';
  /** Under reduced motion a button of this name lies over it, which moves it. Not where it is in a button already. */
  askLabel?: string | undefined;
  tabIndex?: 0 | -1;
  className?: string | undefined;
  style?: CSSProperties | undefined;
  /** Natural size in px, once it is drawn. */
  onShown?: (size: { width: number; height: number }) => void;
  onBroken: () => void;
}

/**
 * A picture that may be an animation. It moves while somebody can see it, and no longer than is bearable; else its
 * first frame stands in its place and nothing is decoded. Its nearest positioned ancestor is its box.
 */
export function MovingImage({ loopMs, plays = 'runs', ...rest }: MovingImageProps) {
  const { src, className, style, onShown, onBroken } = rest;
  const picture = { src, className, style, onBroken, ...(onShown && { onShown }) };
  if (loopMs === undefined) return <MediaImage {...picture} />;
  if (plays === 'never') return <StillImage {...picture} />;
  return <Moving key={src} {...rest} loopMs={loopMs} always={plays === 'always'} />;
}

function Moving({
  src,
  loopMs,
  always,
  askLabel,
  tabIndex,
  className,
  style,
  onShown,
  onBroken,
}: Omit<MovingImageProps, 'plays' | 'loopMs'> & { loopMs: number; always: boolean }) {
  const anchor = useRef<HTMLElement>(null);
  const reduced = useReducedMotion();
  const { ask, moves } = useMotion(anchor, { loopMs, always, reduced });
  /** What is drawn: the other one may be on its way. */
  const [drawn, setDrawn] = useState<'image' | 'still' | null>(null);
  const shown = (what: 'image' | 'still') => (size: { width: number; height: number }) => {
    setDrawn(what);
    onShown?.(size);
  };
  const image = moves || drawn === 'image';
  const still = !moves || drawn === 'still';
  return (
    <>
      <i ref={anchor} hidden />
      {image && (
        <MediaImage
          src={src}
          className={className}
          style={style}
          onShown={shown('image')}
          onBroken={onBroken}
        />
      )}
      {still && (
        <StillImage
          src={src}
          className={cx(className, image && !style && css['over'])}
          style={style}
          onShown={shown('still')}
          onBroken={onBroken}
        />
      )}
      {reduced && !always && askLabel !== undefined && (
        <AskToMove label={askLabel} tabIndex={tabIndex} onClick={ask} />
      )}
    </>
  );
}

/** When what is in the box of this element moves; `ask`: also for whoever wants nothing to move by itself. */
export function useMotion(
  anchor: RefObject<HTMLElement | null>,
  { loopMs, always, reduced }: { loopMs: number; always: boolean; reduced: boolean },
): { moves: boolean; ask: () => void } {
  const [moves, setMoves] = useState(false);
  const motion = useRef<Motion>(null);
  const wish = useLatest(reduced);
  useEffect(() => {
    const box = anchor.current?.parentElement;
    if (!box) return undefined;
    const mine = new Motion(loopMs, { always, changed: setMoves });
    motion.current = mine;
    mine.tell({ reduced: wish.current });
    const ends = [watchSeen(box, mine), watchHidden(mine, always), watchAttended(box, mine)];
    return () => {
      motion.current = null;
      mine.end();
      for (const end of ends) end();
    };
  }, [anchor, wish, loopMs, always]);
  useEffect(() => motion.current?.tell({ reduced }), [reduced]);
  return { moves, ask: () => motion.current?.ask() };
}

function watchSeen(box: HTMLElement, motion: Motion): () => void {
  const observer = new IntersectionObserver((entries) => {
    const last = entries.at(-1);
    if (last) motion.tell({ seen: last.isIntersecting });
  });
  observer.observe(box);
  return () => observer.disconnect();
}

/** `onTop`: it lies in what covers the others. */
function watchHidden(motion: Motion, onTop: boolean): () => void {
  const look = (): void => motion.tell({ hidden: document.hidden || (!onTop && isCovered()) });
  look();
  document.addEventListener('visibilitychange', look);
  const end = watchCovered(look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    end();
  };
}

/** The pointer over its button or its box; the focus on that, or anywhere in its message. */
function watchAttended(box: HTMLElement, motion: Motion): () => void {
  const near = box.closest('button') ?? box;
  const message = box.closest('article, [role="article"], [data-entry]') ?? near;
  let over = false;
  let focused = message.contains(document.activeElement);
  const tell = (): void => motion.tell({ attended: over || focused });
  const listening = new AbortController();
  const { signal } = listening;
  const on = (target: Element, name: string, act: () => void): void =>
    target.addEventListener(
      name,
      () => {
        act();
        tell();
      },
      { signal },
    );
  on(near, 'pointerenter', () => (over = true));
  on(near, 'pointerleave', () => (over = false));
  on(message, 'focusin', () => (focused = true));
  on(message, 'focusout', () => (focused = false));
  tell();
  return () => listening.abort();
}
