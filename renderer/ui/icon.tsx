import type { LucideIcon } from 'lucide-react';

/** A lucide icon as ui.md wants it: stroke 1.6, hidden from readers. */
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
      strokeWidth={size === 32 ? 1.2 : 1.6}
      absoluteStrokeWidth
      aria-hidden="true"
      focusable="false"
      className={className ? `icon ${className}` : 'icon'}
    />
  );
}
