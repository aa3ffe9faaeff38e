/** Clocks of the flow that tick only when something it shows depends on them. */
import { useEffect, useMemo, useState } from 'react';
import { useCalendar } from '../../../i18n/i18n.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import type { MessageWindow } from '../../../state/messages/message-window.ts';
import { serverNow } from '../../../state/session/server-clock.ts';
import { OfWindow } from './of-window.ts';

/**
 * Server time for folding: changes only when the last 重新编辑 of the loaded lines runs out, so that rows are not built
 * every second.
 */
export function useFoldTime(key: string): number {
  const [now, setNow] = useState(serverNow);
  const nextOf = useMemo(() => new OfWindow((window) => nextEnd(window, now)), [now]);
  const next = useMessageStore((store) => nextOf.of(store.channels[key]?.window));
  useEffect(() => {
    if (next === Infinity) return undefined;
    const timer = window.setTimeout(() => setNow(serverNow()), Math.max(0, next - serverNow()) + 50);
    return () => window.clearTimeout(timer);
  }, [next]);
  return now;
}

/** When the next 重新编辑 of the loaded lines runs out, ms; Infinity = none is left. */
function nextEnd(window: MessageWindow | undefined, now: number): number {
  let first = Infinity;
  for (const { recall } of window?.byKey.values() ?? []) {
    const until = recall?.state === 'done' ? recall.reeditUntilMs : null;
    if (until !== null && until > now) first = Math.min(first, until);
  }
  return first;
}

/** Local time for date chips; changes at midnight and with the time zone. */
export function useToday(): number {
  const calendar = useCalendar();
  // oxlint-disable-next-line react-hooks/exhaustive-deps, react/exhaustive-effect-dependencies -- it follows the calendar
  return useMemo(() => Date.now(), [calendar]);
}
