/** What is about to be forwarded: by key only, so that a recall takes it out of the dialog at once (ui.md 5). */
import { Forward } from 'lucide-react';
import { create } from 'zustand';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { watchGone } from './gone-messages.ts';
import { useSession } from '../session/session-store.ts';
import { showToast } from '../../ui/toast.tsx';

interface Forwarding {
  channel: ChannelRef;
  keys: readonly string[];
  /** How many left because they were recalled. */
  recalled: number;
  /** As one message. */
  merged: boolean;
}

/** One by one, or as one message. */
export function mergeForward(merged: boolean): void {
  const { forwarding } = useForward.getState();
  if (forwarding) useForward.setState({ forwarding: { ...forwarding, merged } });
}

export const useForward = create<{ forwarding: Forwarding | null }>(() => ({ forwarding: null }));

/** Opens the dialog for these messages of one conversation. */
export function startForward(channel: ChannelRef, messages: readonly MessageView[]): void {
  const keys = messages.map((message) => message.key);
  if (keys.length > 0) useForward.setState({ forwarding: { channel, keys, recalled: 0, merged: false } });
}

export function endForward(): void {
  useForward.setState({ forwarding: null });
}

watchGone(
  () => useForward.getState().forwarding,
  ({ recalled, removed }) => {
    const { forwarding } = useForward.getState();
    if (!forwarding) return;
    const gone = new Set([...recalled, ...removed]);
    const keys = forwarding.keys.filter((key) => !gone.has(key));
    if (keys.length > 0) {
      const count = forwarding.keys.filter((key) => recalled.includes(key)).length;
      useForward.setState({ forwarding: { ...forwarding, keys, recalled: forwarding.recalled + count } });
      return;
    }
    endForward();
    if (recalled.length > 0 || forwarding.recalled > 0) showToast({ text: t('forward.gone'), icon: Forward });
  },
);

// Another account: nothing of this one stays open.
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) endForward();
});
