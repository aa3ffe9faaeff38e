import { useEffect, useRef, useState } from 'react';

/** Between an answer and the state that it leads to. A state that does not come in that time does not come. */
const STATE_MS = 1_000;

/**
 * A switch shows what is, not what is asked for: until that has come it takes no further click, which would ask for the
 * same again. `onChange` may answer with a promise; false = it did not work.
 */
export function useAskedSwitch(
  checked: boolean,
  onChange: (checked: boolean) => unknown,
): { waiting: boolean; toggle: () => void } {
  /** What it showed when it was asked to change; null = nothing is asked. */
  const [from, setFrom] = useState<boolean | null>(null);
  const timer = useRef<number | undefined>(undefined);
  /** The same: more than one click may come before this is drawn again. */
  const asked = useRef<boolean | null>(null);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the timer of the last moment
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const end = (): void => {
    window.clearTimeout(timer.current);
    asked.current = null;
    setFrom(null);
  };
  const ask = async (): Promise<void> => {
    const worked = await onChange(!checked);
    if (worked === false) end();
    else timer.current = window.setTimeout(end, STATE_MS);
  };
  const toggle = (): void => {
    if (asked.current === checked) return;
    window.clearTimeout(timer.current);
    asked.current = checked;
    setFrom(checked);
    void ask().catch(end);
  };
  return { waiting: from === checked, toggle };
}
