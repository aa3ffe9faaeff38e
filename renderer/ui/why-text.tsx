import { useState } from 'react';

/**
 * What describes a button that does nothing now (`aria-describedby`), for readers only. It stays with its words when
 * the button works again: an element or text that leaves the page while somebody writes beside it ends the step of
 * their undo in Chromium.
 */
export function WhyText({ id, why }: { id: string; why: string | null }) {
  const [last, setLast] = useState(why ?? '');
  if (why !== null && why !== last) setLast(why);
  if (last === '') return null;
  return (
    <span id={id} hidden>
      {last}
    </span>
  );
}
