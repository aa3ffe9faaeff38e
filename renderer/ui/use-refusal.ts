import { useCallback, useState } from 'react';
import { CodedError } from '../../shared/ipc/result.ts';
import { errorText } from '../text/error-text.ts';
import { useIsOpen } from './use-is-open.ts';

/** What the server says no to, as opposed to what did not reach it. */
export const isRefusal = (error: unknown): error is CodedError =>
  error instanceof CodedError && (error.code === 'refused' || error.code === 'credentials');

/**
 * Of a dialog or page with one field: what the server says no to is about what was typed, and stands at the field.
 * Anything else that goes wrong, and what comes when the field is gone, is thrown on, for somebody else to say.
 */
export function useRefusal(): {
  refusal: string | undefined;
  /** Whether it was taken. */
  ask: (action: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
} {
  const [refusal, setRefusal] = useState<string>();
  const isOpen = useIsOpen();
  const clear = useCallback(() => setRefusal(undefined), []);
  const ask = useCallback(
    async (action: () => Promise<unknown>): Promise<boolean> => {
      setRefusal(undefined);
      try {
        await action();
        return true;
      } catch (error) {
        if (!isRefusal(error) || !isOpen()) throw error;
        setRefusal(errorText(error));
        return false;
      }
    },
    [isOpen],
  );
  return { refusal, ask, clear };
}
