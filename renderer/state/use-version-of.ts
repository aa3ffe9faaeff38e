import { useState } from 'react';

/** A number that grows whenever the value is another one: for `useLoaded`. */
export function useVersionOf(value: unknown): number {
  const [state, setState] = useState({ value, version: 0 });
  if (state.value === value) return state.version;
  const next = { value, version: state.version + 1 };
  // While drawing, as React has it for what follows from what changed.
  setState(next);
  return next.version;
}
