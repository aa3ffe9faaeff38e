/** Lets the composer put the focus on the newest message (Shift+Tab, End) without knowing the flow. */
type Entry = 'focusNewest' | 'showLatest';
const listeners = new Set<(entry: Entry) => void>();

export function onFlowEntry(listener: (entry: Entry) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function enterFlow(entry: Entry): void {
  for (const listener of listeners) listener(entry);
}
