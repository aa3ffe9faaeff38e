import { useCallback, useState } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { GroupRecallView, RECALL_LOG_DAYS } from '../../../shared/ipc/contract/groups.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useLoaded } from '../../state/use-loaded.ts';

export type RecallLogDays = (typeof RECALL_LOG_DAYS)[number];

export interface GroupRecalls {
  /** null: not known yet. */
  log: readonly GroupRecallView[] | null;
  /** Of what this computer has seen: the server keeps none, or is not there. */
  local: boolean;
  failed: boolean;
  more: boolean;
  /** Older ones. */
  loadMore: () => Promise<void>;
  refresh: () => void;
}

interface Older {
  /** Of which first page. */
  first: unknown;
  recalls: readonly GroupRecallView[];
  more: boolean;
}

/** The recall log of a group, from the newest on; `byUid` '' = whoever recalled. */
export function useGroupRecalls(channel: ChannelRef, days: RecallLogDays, byUid: string): GroupRecalls {
  const { channelId, channelType } = channel;
  const [tries, setTries] = useState(0);
  const [older, setOlder] = useState<Older | null>(null);
  const ask = useCallback(
    (before: string) => call('groups.recalls', { channel: { channelId, channelType }, before, days, byUid }),
    [channelId, channelType, days, byUid],
  );
  const load = useCallback(() => ask(''), [ask]);
  const { value, failed } = useLoaded(load, tries);
  const later = older?.first === value ? older : null;
  const log = value === null ? null : [...value.recalls, ...(later?.recalls ?? [])];
  return {
    log,
    failed,
    local: value?.local ?? false,
    more: later?.more ?? value?.more ?? false,
    loadMore: async () => {
      const last = log?.at(-1);
      if (!last) return;
      await attempt(async () => {
        const next = await ask(last.id);
        setOlder({ first: value, recalls: [...(later?.recalls ?? []), ...next.recalls], more: next.more });
      });
    },
    refresh: () => setTries((n) => n + 1),
  };
}
