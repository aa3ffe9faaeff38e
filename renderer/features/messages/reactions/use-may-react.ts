import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { useSession } from '../../../state/session/session-store.ts';

/**
 * The server has reactions, and I am in this chat: whoever is muted may still react, so no row asks when a mute ends.
 */
export function useMayReact(channel: ChannelRef): boolean {
  const key = channelKey(channel);
  return useSession((state) => {
    if (!state.abilities.reactions || state.readOnly || state.connection.state === 'kicked') return false;
    const block = state.infos.get(key)?.composerBlock ?? null;
    return block === null || block === 'muted' || block === 'mutedAll';
  });
}
