import { Play } from 'lucide-react';
import { Icon } from './icon.tsx';
import css from './film-mark.module.css';

/** On the small picture of a video in a list: it plays. `size` of the sign, px. */
export function FilmMark({ size }: { size: 16 | 18 }) {
  return (
    <span className={css['mark']}>
      <Icon of={Play} size={size} />
    </span>
  );
}
