/**
 * Whether own messages of a channel ask for a read receipt: the channel's `receipt` setting, as the detail answers of the
 * business server have it (conversation/sync and group/my do not, tsdd-api.md 3.1). Kept, so that it is known offline.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { Setting } from '../../../shared/wire/packets.ts';
import type { Store } from '../store/store-api.ts';

const stateName = (channel: ChannelRef): string => `receipt:${channelKey(channel)}`;

export function keepReceipt(
  store: Pick<Store, 'getState' | 'setState' | 'readOnly'>,
  channel: ChannelRef,
  on: boolean,
): void {
  const value = on ? '1' : '0';
  if (!store.readOnly && store.getState(stateName(channel)) !== value)
    store.setState(stateName(channel), value);
}

/** Setting byte of an own message in this channel. */
export function settingOf(store: Pick<Store, 'getState'>, channel: ChannelRef): number {
  return store.getState(stateName(channel)) === '1' ? Setting.receipt : 0;
}
