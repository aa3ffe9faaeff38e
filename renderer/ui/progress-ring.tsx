interface ProgressRingProps {
  /** Width and height of the drawing, px. */
  size: number;
  /** Of the circle, px. */
  radius: number;
  /** Part that is drawn, 0 to 1. */
  share: number;
  className?: string | undefined;
  /** Class of the whole circle, and of the part of it. */
  trackClass: string | undefined;
  partClass: string | undefined;
}

/** A part of a circle over the whole of it, clockwise from the right; hidden from readers. */
export function ProgressRing({ size, radius, share, className, trackClass, partClass }: ProgressRingProps) {
  const circle = { cx: size / 2, cy: size / 2, r: radius };
  const length = 2 * Math.PI * radius;
  return (
    <svg className={className} width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
      <circle className={trackClass} {...circle} />
      <circle className={partClass} {...circle} strokeDasharray={`${share * length} ${length}`} />
    </svg>
  );
}
