/** What lies over the whole window without a gap: nothing below it is seen, though it is in view. */
import { useEffect } from 'react';

let covers = 0;
const heard = new Set<() => void>();

export const isCovered = (): boolean => covers > 0;

/** Calls back whenever that may have changed; returns what ends it. */
export function watchCovered(onChange: () => void): () => void {
  heard.add(onChange);
  return () => void heard.delete(onChange);
}

function add(n: 1 | -1): void {
  covers += n;
  for (const tell of heard) tell();
}

/** Of the component that does it, for as long as it is there. */
export function useCovering(): void {
  useEffect(() => {
    add(1);
    return () => add(-1);
  }, []);
}
