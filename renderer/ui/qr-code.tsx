import { type CSSProperties, useMemo } from 'react';
import { encode } from 'uqr';

interface QrCodeProps {
  text: string;
  label: string;
  className?: string | undefined;
  style?: CSSProperties;
  /** Something lies over its middle: a quarter of it may be hidden. */
  covered?: boolean;
}

/** A code for cameras: one path of all dark squares, in the colour of the text around it. */
export function QrCode({ text, label, className, style, covered = false }: QrCodeProps) {
  const { size, path } = useMemo(() => drawn(text, covered), [text, covered]);
  return (
    <svg
      className={className}
      style={style}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} fill="currentColor" />
    </svg>
  );
}

function drawn(text: string, covered: boolean): { size: number; path: string } {
  const { data, size } = encode(text, { border: 0, ecc: covered ? 'Q' : 'L' });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size, path: squares.join('') };
}
