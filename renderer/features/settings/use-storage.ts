import { useCallback, useEffect, useState } from 'react';
import type { ChatStorage, StorageUsage } from '../../../shared/ipc/contract/storage.ts';
import { Newest } from '../../state/answers.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { onLiveEvent } from '../../state/messages/live-event.ts';
import { useSettings } from '../../state/session/settings.ts';

/** While files are going by the rules. */
const LOOK_AGAIN_MS = 500;
/** After messages were recalled or deleted: several come at once. */
const SETTLE_MS = 300;

interface Storage {
  usage: StorageUsage;
  chats: ChatStorage[];
  /** Chats that take less. */
  more: number;
}

/** What is stored here, as it is now: looked at again while the rules work, and when messages went. */
export function useStorage(): { storage: Storage | null; refresh: () => void } {
  const [storage, setStorage] = useState<Storage | null>(null);
  const [newest] = useState(() => new Newest());
  const { mediaDays, mediaLimitMb } = useSettings();
  const refresh = useCallback(() => {
    const isNewest = newest.ask();
    void attempt(async () => {
      const [usage, { chats, more }] = await Promise.all([
        call('storage.usage', undefined),
        call('storage.byChat', undefined),
      ]);
      // (Folders are looked through for it: a later question may be answered first.)
      if (isNewest()) setStorage({ usage, chats, more });
    });
  }, [newest]);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- other rules begin a run
  useEffect(refresh, [refresh, mediaDays, mediaLimitMb]);
  const busy = storage !== null && (storage.usage.cleanup.running || storage.usage.cleanup.waiting > 0);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = window.setInterval(refresh, LOOK_AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [busy, refresh]);
  useEffect(() => {
    let timer = 0;
    const stop = onLiveEvent(({ recalledIds, removed }) => {
      if (recalledIds.length + removed.length === 0) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(refresh, SETTLE_MS);
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [refresh]);
  return { storage, refresh };
}
