import { useLayoutEffect } from 'react';
import { setReadingPlace } from '../../../state/messages/reading-place.ts';

/** Tells the store what is read (undefined: the end): it drops and reloads around that. */
export function useReadingPlace(key: string, messageKey: string | undefined): void {
  useLayoutEffect(() => setReadingPlace(key, messageKey ?? null), [key, messageKey]);
}
