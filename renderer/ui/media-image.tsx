import { type CSSProperties, useLayoutEffect, useRef } from 'react';

/**
 * An `<img>` that lets go of its picture with its element: React keeps a removed element for a while, and with it its
 * decoded picture, unless the address is taken away first. Readers hear the name of what it stands in.
 */
export function MediaImage({
  src,
  className,
  style,
  onShown,
  onBroken,
}: {
  src: string;
  className?: string | undefined;
  style?: CSSProperties | undefined;
  /** Natural size in px, once it is drawn. */
  onShown?: (size: { width: number; height: number }) => void;
  onBroken: () => void;
}) {
  const ref = useRef<HTMLImageElement>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    element.src = src;
    return () => element.removeAttribute('src');
  }, [src]);
  return (
    <img
      ref={ref}
      alt=""
      draggable={false}
      decoding="async"
      className={className}
      style={style}
      onLoad={({ currentTarget }) =>
        onShown?.({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
      }
      onError={onBroken}
    />
  );
}
