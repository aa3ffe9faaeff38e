import { useCallback, useRef, useState } from 'react';
import { CodedError } from '../../shared/ipc/result.ts';
import { errorText } from '../text/error-text.ts';
import { showProblem } from './problem-toast.ts';
import { useIsOpen } from './use-is-open.ts';

/** What went wrong, in words; `n` tells a second time from the first. */
export interface Problem {
  text: string;
  n: number;
}

/** What was closed cannot say it any more. */
function sayElsewhere(error: unknown, action: () => unknown): void {
  const again = async (): Promise<void> => {
    try {
      await action();
    } catch (next) {
      sayElsewhere(next, action);
    }
  };
  showProblem(error, () => void again());
}

/**
 * Runs what somebody asks for in a dialog, a card or a form, and keeps what went wrong for it to say (`ProblemLine`):
 * there, and not in a corner behind it. Only when it is closed meanwhile a toast says it. Resolves to whether it
 * worked.
 */
export function useProblem(): {
  problem: Problem | null;
  run: (action: () => unknown) => Promise<boolean>;
  clear: () => void;
} {
  const [problem, setProblem] = useState<Problem | null>(null);
  const isOpen = useIsOpen();
  const count = useRef(0);
  const clear = useCallback(() => setProblem(null), []);
  const run = useCallback(
    async (action: () => unknown): Promise<boolean> => {
      setProblem(null);
      try {
        await action();
        return true;
      } catch (error) {
        if (isOpen()) {
          if (!(error instanceof CodedError)) console.error(error);
          count.current += 1;
          setProblem({ text: errorText(error), n: count.current });
        } else sayElsewhere(error, action);
        return false;
      }
    },
    [isOpen],
  );
  return { problem, run, clear };
}
