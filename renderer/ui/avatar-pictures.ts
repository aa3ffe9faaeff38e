/** Where tiles get their pictures from: whoever knows the account says so once, tiles only ask by id. */
import { useCallback, useSyncExternalStore } from 'react';

export interface PictureSource {
  /** For `<img src>`; '' while there is none. */
  get: (channelType: number, id: string) => string;
  /** Somebody looks at it from now on. */
  watch: (channelType: number, id: string, onChange: () => void) => () => void;
}

let source: PictureSource | null = null;

export function setPictureSource(next: PictureSource): void {
  source = next;
}

const unwatched = (): void => undefined;

export function usePicture(channelType: number, id: string): string {
  const watch = useCallback(
    (onChange: () => void) =>
      id === '' ? unwatched : (source?.watch(channelType, id, onChange) ?? unwatched),
    [channelType, id],
  );
  return useSyncExternalStore(watch, () => (id === '' ? '' : (source?.get(channelType, id) ?? '')));
}
