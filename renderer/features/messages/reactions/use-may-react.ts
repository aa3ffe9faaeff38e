import type { ChannelRef } from '../../../../shared/domain.ts';
import { useComposerBlock } from '../../../state/composer/composer-block.ts';
import { useSession } from '../../../state/session/session-store.ts';

/** The server has reactions, and I am in this chat: whoever is muted may still react. */
export function useMayReact(channel: ChannelRef): boolean {
  const offered = useSession((state) => state.abilities.reactions);
  const block = useComposerBlock(channel);
  return offered && (block === null || block === 'muted' || block === 'mutedAll');
}
