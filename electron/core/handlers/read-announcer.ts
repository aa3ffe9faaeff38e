/** Read positions of this device: stored with what tells the server (read-jobs.ts), asked for once a burst is over. */
import type { ChannelRef } from '../../../shared/domain.ts';
import { READ_HOLD_MS } from '../store/tables/conversations/read-jobs.ts';
import type { Conversations } from '../account-store/store-api.ts';

export interface ReadAnnouncer {
  /** @throws CodedError readOnly, and nothing is marked, when the disk takes no writes any more */
  read: (channel: ChannelRef, messageSeq: number) => void;
  /** The jobs are stored: the next start goes on with them. */
  close: () => void;
}

/** `kick`: the outbox looks at its jobs; it waits by itself for those that are held longer. */
export function createReadAnnouncer(
  conversations: Pick<Conversations, 'markReadHere'>,
  kick: () => void,
): ReadAnnouncer {
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  return {
    read(channel, messageSeq) {
      if (!conversations.markReadHere(channel, messageSeq) || closed) return;
      timer ??= setTimeout(() => {
        timer = null;
        kick();
      }, READ_HOLD_MS);
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
    },
  };
}
