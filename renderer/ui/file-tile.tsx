import { FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { tileLabel } from '../text/file-name.ts';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './file-tile.module.css';

/** The 40x44 sign of something that is opened or played; hidden from readers. */
export function Tile({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <span className={cx(css['tile'], className)} aria-hidden="true">
      {children}
    </span>
  );
}

/** The sign of a file's type. */
export function FileTile({ name, className }: { name: string; className?: string | undefined }) {
  const label = tileLabel(name);
  return (
    <Tile className={cx(label === 'PDF' && css['pdf'], className)}>{label || <Icon of={FileText} />}</Tile>
  );
}
