import { type RefObject, useEffect } from 'react';
import { useLatest } from './use-latest.ts';

interface Elsewhere {
  /** What lies beside the box in the document and still belongs to it. */
  isPart?: (at: Element) => boolean;
  /** What closes it as well: a wheel that turns elsewhere, another size of the window, another window. */
  also?: readonly ('wheel' | 'resize' | 'blur')[];
}

/** Calls `onElsewhere` for a press outside of the box: menus and popovers close by it, whatever else it does. */
export function usePressElsewhere(
  box: RefObject<HTMLElement | null>,
  onElsewhere: () => void,
  elsewhere: Elsewhere = {},
): void {
  const latest = useLatest({ onElsewhere, isPart: elsewhere.isPart });
  const also = elsewhere.also?.join(' ') ?? '';
  useEffect(() => {
    const outside = ({ target }: Event): void => {
      if (!(target instanceof Element) || box.current?.contains(target)) return;
      if (latest.current.isPart?.(target)) return;
      latest.current.onElsewhere();
    };
    const away = (): void => latest.current.onElsewhere();
    const listening = new AbortController();
    const capture = { capture: true, passive: true, signal: listening.signal };
    window.addEventListener('pointerdown', outside, capture);
    if (also.includes('wheel')) window.addEventListener('wheel', outside, capture);
    if (also.includes('resize')) window.addEventListener('resize', away, { signal: listening.signal });
    if (also.includes('blur')) window.addEventListener('blur', away, { signal: listening.signal });
    return () => listening.abort();
  }, [box, latest, also]);
}
