import { useEffect } from 'react';
import { pressedShortcut } from '../../../state/window/keys.ts';
import { useLatest } from '../../../ui/use-latest.ts';

/** The key of the emoji panel opens and closes that of the open chat; not below a dialog. */
export function useEmojiKey(toggle: () => void): void {
  const run = useLatest(toggle);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (pressedShortcut(event)?.id !== 'emoji') return;
      if (document.querySelector('[aria-modal="true"], [role="menu"]')) return;
      event.preventDefault();
      run.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [run]);
}
