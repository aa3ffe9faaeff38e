/** Where the focus goes when something that was typed is refused: into that field, so that it can be mended at once. */
import { type RefObject, useEffect, useRef } from 'react';

/** Into the first field of `box` that is marked as wrong; its words are chosen, so that typing replaces them. */
export function focusWrongField(box: Element | null | undefined): void {
  const field = box?.querySelector<HTMLInputElement | HTMLTextAreaElement>(
    'input[aria-invalid="true"], textarea[aria-invalid="true"]',
  );
  field?.focus();
  field?.select();
}

/** When what was asked for has ended (`busy` no more) and left a field of `box`, or of its dialog, marked as wrong. */
export function useWrongField(box: RefObject<Element | null>, busy: boolean): void {
  const was = useRef(busy);
  useEffect(() => {
    const ended = was.current && !busy;
    was.current = busy;
    if (ended) focusWrongField(box.current?.closest('[aria-modal="true"]') ?? box.current);
  }, [box, busy]);
}
