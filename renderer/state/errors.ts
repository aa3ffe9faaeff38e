import { showProblem } from '../ui/problem-toast.ts';

/**
 * Runs an action of the user; a failure becomes an error toast with 重试. Resolves to whether it worked. What is done in
 * a dialog says there what went wrong (`useProblem`): this is for actions whose surface is gone, or has no room.
 */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    showProblem(error, () => void attempt(action));
    return false;
  }
}
