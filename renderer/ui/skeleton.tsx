import { useLater } from './use-later.ts';
import css from './skeleton.module.css';

/** Grey rows while something loads; appears only after 200 ms, so that quick answers do not flash. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  if (!useLater(true, 200)) return null;
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={css['row']}>
          <span className={css['disc']} />
          <span className={css['lines']}>
            <span className={css['line']} />
            <span className={css['short']} />
          </span>
        </div>
      ))}
    </div>
  );
}
