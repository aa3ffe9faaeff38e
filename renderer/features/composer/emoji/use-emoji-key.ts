import { useEffect } from 'react';
import { useSession } from '../../../state/session/session-store.ts';
import { latinKey } from '../../../ui/latin-key.ts';
import { useLatest } from '../../../ui/use-latest.ts';

/** Ctrl+E (Cmd on macOS) opens and closes the panel of the open chat; not below a dialog. */
export function useEmojiKey(toggle: () => void): void {
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  const run = useLatest(toggle);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!mod || event.altKey || event.shiftKey || latinKey(event) !== 'e') return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      event.preventDefault();
      run.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [mac, run]);
}
