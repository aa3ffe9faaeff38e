import { useCallback, useState } from 'react';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { InvitationView } from '../../../shared/ipc/contract/joining.ts';
import { call } from '../../state/bridge.ts';
import { useConversation } from '../../state/session/session-store.ts';
import { useLoaded } from '../../state/use-loaded.ts';

interface Invitations {
  /** null until they are known. */
  invitations: InvitationView[] | null;
  failed: boolean;
  /** One was answered. */
  refresh: () => void;
}

/** Invitations of a group. A line in the chat tells of each, so they are read again with every message there. */
export function useInvitations(channel: ChannelRef): Invitations {
  const { channelId, channelType } = channel;
  const newest = useConversation(channelKey(channel))?.lastMessageSeq ?? 0;
  const [answers, setAnswers] = useState(0);
  const load = useCallback(
    () => call('joining.invitations', { channel: { channelId, channelType } }),
    [channelId, channelType],
  );
  const { value, failed } = useLoaded(load, `${newest} ${answers}`);
  return { invitations: value, failed, refresh: () => setAnswers((n) => n + 1) };
}
