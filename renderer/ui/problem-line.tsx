import { CircleAlert } from 'lucide-react';
import { cx } from './cx.ts';
import { Icon } from './icon.tsx';
import css from './problem-line.module.css';
import type { Problem } from './use-problem.ts';

/** Says what went wrong where it was asked for; readers hear it at once, a second time as well. */
export function ProblemLine({
  problem,
  className,
}: {
  problem: Problem | null;
  className?: string | undefined;
}) {
  if (problem === null) return null;
  return (
    <div key={problem.n} role="alert" className={cx(css['problem'], className)} data-testid="problem">
      <Icon of={CircleAlert} size={16} />
      <span dir="auto">{problem.text}</span>
    </div>
  );
}
