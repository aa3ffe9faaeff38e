import { type CSSProperties, useMemo } from 'react';
import { encode } from 'uqr';
import css from './qr-code.module.css';

interface QrCodeProps {
  text: string;
  label: string;
  className?: string | undefined;
  style?: CSSProperties;
  /** Something lies over its middle: a quarter of it may be hidden. */
  covered?: boolean;
}

/** A code for cameras: one path of all dark squares. Without a class it is black on white: cameras know no other. */
export function QrCode({ text, label, className = css['code'], style, covered = false }: QrCodeProps) {
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

/** Px of a side of the picture that is saved or copied. */
const PICTURE_SIDE = 512;
const QUIET = 4;

/** The same as a PNG, with the white around it that cameras need. */
export async function qrPicture(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const { data, size } = encode(text, { border: QUIET });
  const canvas = new OffscreenCanvas(PICTURE_SIDE, PICTURE_SIDE);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
  context.fillStyle = '#000';
  const at = (n: number): number => Math.round((n * PICTURE_SIDE) / size);
  for (const [y, row] of data.entries())
    for (const [x, dark] of row.entries())
      if (dark) context.fillRect(at(x), at(y), at(x + 1) - at(x), at(y + 1) - at(y));
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}
