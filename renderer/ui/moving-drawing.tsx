import { useEffect, useRef, useState } from 'react';
import { AskToMove } from './ask-to-move.tsx';
import type { PlayedDrawing } from './drawing-player.ts';
import { useMotion } from './moving-image.tsx';
import { useLatest } from './use-latest.ts';
import { useReducedMotion } from './use-media.ts';

interface MovingDrawingProps {
  /** What a player is given, '' = nothing that is played, and ms of a run. */
  read: () => Promise<{ json: string; loopMs: number }>;
  /** As of `MovingImage`. */
  askLabel?: string | undefined;
  tabIndex?: 0 | -1;
  className?: string | undefined;
  onShown: () => void;
  /** It is none that is played. */
  onBroken: () => void;
}

/** A sticker that is a drawing. It moves when a picture would (`moving-image.tsx`); else its frame stands. */
export function MovingDrawing({
  read,
  askLabel,
  tabIndex,
  className,
  onShown,
  onBroken,
}: MovingDrawingProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const anchor = useRef<HTMLElement>(null);
  const [player, setPlayer] = useState<PlayedDrawing | null>(null);
  const [loopMs, setLoopMs] = useState(1);
  const reduced = useReducedMotion();
  const { ask, moves } = useMotion(anchor, { loopMs, always: false, reduced });
  const given = useLatest({ read, onShown, onBroken });
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    let gone = false;
    let mine: PlayedDrawing | null = null;
    const start = async (): Promise<void> => {
      try {
        const [{ PlayedDrawing }, found] = await Promise.all([
          import('./drawing-player.ts'),
          given.current.read(),
        ]);
        if (gone) return;
        if (found.json === '') throw new Error('it is not played');
        const { width, height } = element.getBoundingClientRect();
        element.width = Math.max(1, Math.round(width * window.devicePixelRatio));
        element.height = Math.max(1, Math.round(height * window.devicePixelRatio));
        mine = new PlayedDrawing(element, found.json, () => given.current.onBroken());
        setLoopMs(found.loopMs);
        setPlayer(mine);
        given.current.onShown();
      } catch {
        if (!gone) given.current.onBroken();
      }
    };
    void start();
    return () => {
      gone = true;
      mine?.end();
      element.width = element.height = 0;
    };
  }, [given]);
  useEffect(() => {
    if (moves) player?.play();
    return () => player?.pause();
  }, [player, moves]);
  return (
    <>
      <i ref={anchor} hidden />
      <canvas
        ref={canvas}
        className={className}
        data-testid="drawing"
        data-moves={moves && player !== null}
      />
      {reduced && player !== null && askLabel !== undefined && (
        <AskToMove label={askLabel} tabIndex={tabIndex} onClick={ask} />
      )}
    </>
  );
}
