import { useEffect } from 'react';
import { useLatest } from '../../ui/use-latest.ts';
import { pressedShortcut } from './keys.ts';
import type { ShortcutId } from './shortcuts.ts';
import { isBelowLayer } from './below-layer.ts';

/** A command that the open chat runs itself (use-shortcuts.ts leaves it alone); not below a dialog. */
export function useChatCommand(id: ShortcutId, command: () => void): void {
  const run = useLatest(command);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (pressedShortcut(event)?.id !== id || isBelowLayer()) return;
      event.preventDefault();
      run.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [id, run]);
}
