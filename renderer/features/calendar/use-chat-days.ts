import { useEffect, useState } from 'react';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import type { ChatDays, DayMark } from '../../../shared/ipc/contract/messages.ts';
import { call } from '../../state/bridge.ts';
import { onLiveEvent } from '../../state/messages/live-event.ts';
import { useChannelInfo, useConnection } from '../../state/session/session-store.ts';
import { addMonths, type DayStart, daysOfMonth } from '../../text/month-days.ts';

export interface MonthDays extends Omit<ChatDays, 'marks' | 'more'> {
  marks: ReadonlyMap<DayStart, DayMark>;
  /** The server is being asked for days that are not known. */
  asking: boolean;
}

/**
 * What is known of the days of a month; null until the first answer. The server is asked for the rest a few pages at a
 * time, as long as the month is looked at. A message that comes or goes meanwhile is seen.
 */
export function useChatDays(channel: ChannelRef, month: DayStart): MonthDays | null {
  const key = channelKey(channel);
  const [answer, setAnswer] = useState<{ month: DayStart; days: MonthDays } | null>(null);
  const [changes, setChanges] = useState(0);
  const online = useConnection().state === 'online';
  const lines = useChannelInfo(key)?.showRecallNotes ?? true;
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (channelKey(event.channel) === key) setChanges((count) => count + 1);
      }),
    [key],
  );
  useEffect(() => {
    const run = { wanted: true };
    const days = daysOfMonth(month);
    const starts = [...days, addMonths(month, 1)].map((day) => Math.floor(day / 1000));
    const ask = async (server: boolean): Promise<ChatDays> => {
      const found = await call('messages.days', { channel: parseChannelKey(key), starts, ask: server });
      const { marks, more, ...rest } = found;
      const unknown = !found.offline && (!server || more) && marks.includes('unknown');
      const byDay = new Map(days.map((day, at) => [day, marks[at] ?? 'unknown']));
      if (run.wanted) setAnswer({ month, days: { ...rest, marks: byDay, asking: unknown } });
      return found;
    };
    void (async () => {
      try {
        let found = await ask(false);
        // oxlint-disable-next-line no-await-in-loop -- each answer is shown before the next is asked for
        while (run.wanted && found.marks.includes('unknown')) {
          found = await ask(true);
          if (!found.more || found.offline) break;
        }
      } catch {
        // Logged by `call`. What is known stays; all else is as if there were no network.
        if (run.wanted)
          setAnswer((before) => ({
            month,
            days: {
              ...(before?.month === month ? before.days : NOTHING),
              asking: false,
              offline: true,
            },
          }));
      }
    })();
    return () => {
      run.wanted = false;
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra ones are what changes the answer
  }, [key, month, changes, lines, online]);
  return answer?.month === month ? answer.days : null;
}

const NOTHING: MonthDays = {
  marks: new Map(),
  earliest: null,
  earliestSure: false,
  offline: true,
  asking: false,
};
