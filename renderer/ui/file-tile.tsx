import { FileText } from 'lucide-react';
import { tileLabel } from '../text/file-name.ts';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './file-tile.module.css';

/** The 40x44 sign of a file's type. */
export function FileTile({ name }: { name: string }) {
  const label = tileLabel(name);
  return (
    <span className={cx(css['tile'], label === 'PDF' && css['pdf'])} aria-hidden="true">
      {label || <Icon of={FileText} />}
    </span>
  );
}
