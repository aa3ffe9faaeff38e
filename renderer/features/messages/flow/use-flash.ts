import { useCallback, useState } from 'react';

const FLASH_MS = 1_200;

/** Marks the row that was jumped to for a moment. */
export function useFlash(): { flashKey: string | null; flash: (rowKey: string) => void } {
  const [flashKey, setFlashKey] = useState<string | null>(null);
  const flash = useCallback((rowKey: string) => {
    setFlashKey(rowKey);
    window.setTimeout(() => setFlashKey((current) => (current === rowKey ? null : current)), FLASH_MS);
  }, []);
  return { flashKey, flash };
}
