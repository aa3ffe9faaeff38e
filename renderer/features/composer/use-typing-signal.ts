import { useRef } from 'react';
import type { ChannelRef } from '../../../shared/domain.ts';
import { call } from '../../state/bridge.ts';

/** The peer's mark lasts longer than this: one signal per span is enough. */
const TYPING_EVERY_MS = 4_000;

/** Tells the peer that something is being written. */
export function useTypingSignal(channel: ChannelRef): () => void {
  const lastAt = useRef(0);
  return () => {
    const now = Date.now();
    if (now - lastAt.current < TYPING_EVERY_MS) return;
    lastAt.current = now;
    call('messages.typing', { channel }).catch(() => {
      // Logged by `call`; nobody waits for it.
    });
  };
}
