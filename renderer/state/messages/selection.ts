/** Which messages are selected, as pure steps over keys in the order of the flow. */

/** As many as one call may name (`messages.recallMany`, `messages.forward`). */
export const MAX_SELECTED = 100;

export interface Picks {
  /** Selected keys, in the order they were picked. */
  keys: readonly string[];
  /** Where an extension starts: the key that was picked last by itself. */
  anchor: string;
  /** A pick did not fit any more. */
  full: boolean;
}

/** Adds or takes away one; it becomes the anchor. */
export function toggled(picks: Picks | null, key: string): Picks | null {
  const keys = picks?.keys ?? [];
  if (keys.includes(key)) {
    const left = keys.filter((entry) => entry !== key);
    return left.length > 0 ? { keys: left, anchor: key, full: false } : null;
  }
  if (keys.length >= MAX_SELECTED) return { keys, anchor: picks?.anchor ?? key, full: true };
  return { keys: [...keys, key], anchor: key, full: false };
}

/** Adds everything from the anchor to `key`; `order` are the keys that can be selected, as the flow shows them. */
export function extended(picks: Picks | null, key: string, order: readonly string[]): Picks | null {
  if (!picks) return toggled(null, key);
  const from = order.indexOf(picks.anchor);
  const to = order.indexOf(key);
  if (to < 0) return picks;
  if (from < 0) return picks.keys.includes(key) ? { ...picks, anchor: key } : toggled(picks, key);
  const step = from <= to ? 1 : -1;
  const keys = new Set(picks.keys);
  let full = false;
  // From the anchor on: what does not fit is what lies farthest away.
  for (let at = from; at !== to + step; at += step) {
    const entry = order[at];
    if (entry === undefined || keys.has(entry)) continue;
    if (keys.size >= MAX_SELECTED) {
      full = true;
      break;
    }
    keys.add(entry);
  }
  return { keys: [...keys], anchor: picks.anchor, full };
}

/** Without what is gone; null when nothing is left. */
export function without(picks: Picks, gone: ReadonlySet<string>): Picks | null {
  const keys = picks.keys.filter((key) => !gone.has(key));
  if (keys.length === picks.keys.length) return picks;
  return keys.length > 0 ? { ...picks, keys, full: false } : null;
}
