/**
 * Where somebody reads who is not at the end of an open chat. No part of the stores: it changes with every scroll and
 * nothing is drawn for it.
 */
const places = new Map<string, string>();

/** Key of the message in the middle of the view; null while the end is in view. `key`: of the channel. */
export function setReadingPlace(key: string, messageKey: string | null): void {
  if (messageKey === null) places.delete(key);
  else places.set(key, messageKey);
}

export function readingPlace(key: string): string | null {
  return places.get(key) ?? null;
}
