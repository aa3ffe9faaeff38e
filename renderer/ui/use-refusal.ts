import { useCallback, useState } from 'react';
import { CodedError } from '../../shared/ipc/result.ts';
import { errorText } from '../text/error-text.ts';

/** What the server says no to, as opposed to what did not reach it. */
export const isRefusal = (error: unknown): error is CodedError =>
  error instanceof CodedError && (error.code === 'refused' || error.code === 'credentials');

/**
 * Of a dialog with one field: what the server says no to is about what was typed, and stands at the field. Anything
 * else that goes wrong is thrown on, for the dialog to say.
 */
export function useRefusal(): {
  refusal: string | undefined;
  /** Whether it was taken. */
  ask: (action: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
} {
  const [refusal, setRefusal] = useState<string>();
  const clear = useCallback(() => setRefusal(undefined), []);
  const ask = useCallback(async (action: () => Promise<unknown>): Promise<boolean> => {
    setRefusal(undefined);
    try {
      await action();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      setRefusal(errorText(error));
      return false;
    }
  }, []);
  return { refusal, ask, clear };
}
