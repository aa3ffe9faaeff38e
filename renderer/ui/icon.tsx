import type { LucideIcon } from 'lucide-react';

/** 1.6 on the design's 20 px grid; lucide draws on 24. */
const STROKE = (1.6 * 24) / 20;
const STROKE_LARGE = (1.2 * 24) / 20;

/** A lucide icon as ui.md wants it, hidden from readers. */
export function Icon({
  of: Glyph,
  size = 18,
  className,
}: {
  of: LucideIcon;
  size?: 14 | 16 | 18 | 20 | 24 | 32;
  className?: string | undefined;
}) {
  return (
    <Glyph
      size={size}
      strokeWidth={size === 32 ? STROKE_LARGE : STROKE}
      aria-hidden="true"
      focusable="false"
      className={className ? `icon ${className}` : 'icon'}
    />
  );
}
