import { useEffect } from 'react';
import { isFocusFree } from '../../../ui/focus-trap.ts';

/**
 * Of what stands over the chat because of a message: when it is taken away with the message (recall), the focus goes to
 * the row, where the line stands in its place; else it would be nowhere.
 */
export function useFocusOnRow(key: string): void {
  useEffect(
    () => () => {
      // (After the commit that takes it away: whoever closed it by hand has given the focus back already.)
      queueMicrotask(() => {
        const row = document.querySelector<HTMLElement>(`[data-message-key="${CSS.escape(key)}"]`);
        if (isFocusFree(row)) row?.focus({ preventScroll: true });
      });
    },
    [key],
  );
}
