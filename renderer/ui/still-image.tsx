import { type CSSProperties, useEffect, useRef } from 'react';

/** Largest side that is drawn, px: more than any place for it has. */
const MOST_SIDE = 1_024;

/** The first frame of a picture, for whoever wants nothing to move. It goes with its element: nothing decoded stays. */
export function StillImage({
  src,
  most = MOST_SIDE,
  alt,
  className,
  style,
  onShown,
  onBroken,
}: {
  src: string;
  /** Px that its larger side is drawn with at most. */
  most?: number;
  /** What readers call it; nothing where something around it has a name. */
  alt?: string;
  className?: string | undefined;
  style?: CSSProperties | undefined;
  /** Natural size in px, once it is drawn. */
  onShown?: (size: { width: number; height: number }) => void;
  onBroken?: () => void;
}) {
  const ref = useRef<HTMLCanvasElement>(null);
  const heard = useRef({ onShown, onBroken });
  useEffect(() => {
    heard.current = { onShown, onBroken };
  });
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return undefined;
    // (Outside of the document it does not move: what is drawn is its first frame.)
    const image = new Image();
    // Chromium keeps every image of a document for a while, and with its listeners all that they see of the page.
    const listening = new AbortController();
    const { signal } = listening;
    const onLoad = (): void => {
      listening.abort();
      const { naturalWidth: width, naturalHeight: height } = image;
      const scale = Math.min(1, most / Math.max(1, width, height));
      canvas.width = Math.max(1, Math.round(width * scale));
      canvas.height = Math.max(1, Math.round(height * scale));
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
      image.removeAttribute('src');
      heard.current.onShown?.({ width, height });
    };
    const onError = (): void => {
      listening.abort();
      heard.current.onBroken?.();
    };
    image.addEventListener('load', onLoad, { signal });
    image.addEventListener('error', onError, { signal });
    image.src = src;
    return () => {
      listening.abort();
      image.removeAttribute('src');
      canvas.width = canvas.height = 0;
    };
  }, [src, most]);
  return (
    <canvas
      ref={ref}
      className={className}
      style={style}
      data-testid="still"
      {...(alt !== undefined && { role: 'img', 'aria-label': alt })}
    />
  );
}
