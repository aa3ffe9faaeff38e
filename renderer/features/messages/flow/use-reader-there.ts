import { useSyncExternalStore } from 'react';
import { useSession } from '../../../state/session/session-store.ts';

/** The window has the focus, and somebody can be there: a locked screen leaves the focus where it was. */
export function useReaderThere(): boolean {
  const focused = useWindowFocus();
  const away = useSession((state) => state.shell?.away ?? false);
  return focused && !away;
}

const hasFocus = (): boolean => document.hasFocus() && !document.hidden;

/** Asked again once it is subscribed to: the focus may go between a first drawing and its effects. */
const useWindowFocus = (): boolean => useSyncExternalStore(onFocusChange, hasFocus);

function onFocusChange(changed: () => void): () => void {
  window.addEventListener('focus', changed);
  window.addEventListener('blur', changed);
  document.addEventListener('visibilitychange', changed);
  return () => {
    window.removeEventListener('focus', changed);
    window.removeEventListener('blur', changed);
    document.removeEventListener('visibilitychange', changed);
  };
}
