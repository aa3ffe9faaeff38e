import { useCallback } from 'react';
import { channelKey, type ChannelRef, type MemberView } from '../../../shared/domain.ts';
import { call } from '../../state/bridge.ts';
import { useMembers } from '../../state/session/session-store.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { useVersionOf } from '../../state/use-version-of.ts';

/** Who is on the blacklist of the group; null until that is known. Read again whenever its members change. */
export function useBlacklist(channel: ChannelRef): { listed: MemberView[] | null; failed: boolean } {
  const { channelId, channelType } = channel;
  const version = useVersionOf(useMembers(channelKey(channel)));
  const load = useCallback(
    () => call('groups.blacklist', { channel: { channelId, channelType } }),
    [channelId, channelType],
  );
  const { value, failed } = useLoaded(load, version);
  return { listed: value, failed };
}
