/** Why nothing can be sent to a conversation now. */
import {
  channelKey,
  type ChannelInfoView,
  type ChannelRef,
  type ComposerBlock,
  Role,
} from '../../../shared/domain.ts';
import { type MuteEnd, useMuteEnd } from '../session/mute-end.ts';
import { useChannelInfo, useSession } from '../session/session-store.ts';

/** The core says it when something changes; a mute that ends is no change. */
function blockOf(info: ChannelInfoView | undefined, mute: MuteEnd): ComposerBlock | null {
  const block = info?.composerBlock ?? null;
  if (block !== 'muted' || mute.state !== 'none') return block;
  return info?.forbidden && info.myRole === Role.member ? 'mutedAll' : null;
}

export interface Blocked {
  block: ComposerBlock | null;
  /** Of `muted`: when it ends. */
  mute: MuteEnd;
}

/** `block` null = something can be sent. */
export function useBlocked(channel: ChannelRef): Blocked {
  const info = useChannelInfo(channelKey(channel));
  const kicked = useSession((state) => state.connection.state === 'kicked');
  const readOnly = useSession((state) => state.readOnly);
  const mute = useMuteEnd(info?.mutedUntil);
  return { block: blockOf(info, mute) ?? (kicked ? 'kicked' : readOnly ? 'readOnly' : null), mute };
}

export const useComposerBlock = (channel: ChannelRef): ComposerBlock | null => useBlocked(channel).block;
