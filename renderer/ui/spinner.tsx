import { cx } from './cx.ts';
import css from './spinner.module.css';

/** Turning arc; hidden from readers: the text beside it says what is going on. */
export function Spinner({ size = 16, className }: { size?: number; className?: string | undefined }) {
  return (
    <svg
      className={cx('icon', css['spinner'], className)}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      <path
        d="M10 3.2a6.8 6.8 0 1 1-6.8 6.8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
    </svg>
  );
}
