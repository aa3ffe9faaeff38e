/** Of which message somebody is about to be reminded: by key only. It closes when the message goes. */
import { create } from 'zustand';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useSession } from '../session/session-store.ts';
import { watchGone } from './gone-messages.ts';

export interface RemindRequest {
  channel: ChannelRef;
  key: string;
  messageId: string;
  anchor: { x: number; y: number; avoid?: DOMRect };
  /** A time of one's own is asked for. */
  custom: boolean;
}

export const useRemindRequest = create<{ request: RemindRequest | null }>(() => ({ request: null }));

export const requestReminder = (request: Omit<RemindRequest, 'custom'>, custom = false): void =>
  useRemindRequest.setState({ request: { ...request, custom } });
export const endRemindRequest = (): void => useRemindRequest.setState({ request: null });

watchGone(
  () => {
    const { request } = useRemindRequest.getState();
    return request && { channel: request.channel, keys: [request.key] };
  },
  () => endRemindRequest(),
);
useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) endRemindRequest();
});
