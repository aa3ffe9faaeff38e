/** Finding the rows of the list in the document. */

/** Key of the conversation whose row the target is in. */
export function keyOf(target: EventTarget): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[role="option"]') : null;
  return row?.dataset['key'] ?? null;
}

export function rowElement(root: HTMLElement | null, key: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
