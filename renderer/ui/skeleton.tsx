import { useEffect, useState } from 'react';
import css from './skeleton.module.css';

/** Grey rows while something loads; appears only after 200 ms, so that quick answers do not flash. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), 200);
    return () => window.clearTimeout(timer);
  }, []);
  if (!shown) return null;
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
