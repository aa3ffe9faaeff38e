/**
 * Whether own messages of a channel ask for a read receipt: the channel's `receipt` setting, as the detail answers of
 * the business server have it (conversation/sync and group/my do not, tsdd-api.md 3.1). Kept, so that it is known
 * offline.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { Setting } from '../../../shared/wire/packets.ts';
import type { Store } from '../account-store/store-api.ts';

const stateName = (channel: ChannelRef): `receipt:${string}` => `receipt:${channelKey(channel)}`;

export function keepReceipt(
  store: Pick<Store, 'readOnly' | 'state'>,
  channel: ChannelRef,
  on: boolean,
): void {
  const value = on ? '1' : '0';
  if (!store.readOnly && store.state.get(stateName(channel)) !== value)
    store.state.set(stateName(channel), value);
}

/** Setting byte of an own message in this channel. */
export function settingOf(store: { state: Pick<Store['state'], 'get'> }, channel: ChannelRef): number {
  return store.state.get(stateName(channel)) === '1' ? Setting.receipt : 0;
}
