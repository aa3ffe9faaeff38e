import { useEffect } from 'react';

/**
 * Of what stands over the chat because of a message: when it is taken away with the message (recall), the focus goes to
 * the row, where the line stands in its place; else it would be nowhere.
 */
export function useFocusOnRow(key: string): void {
  useEffect(
    () => () => {
      // (After the commit that takes it away: whoever closed it by hand has given the focus back already.)
      queueMicrotask(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const row = `[data-message-key="${CSS.escape(key)}"]`;
        document.querySelector<HTMLElement>(row)?.focus({ preventScroll: true });
      });
    },
    [key],
  );
}
