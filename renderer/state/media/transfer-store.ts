/**
 * Bytes on their way, as the core reports them. Ephemeral: by message key only, gone when the transfer or the message
 * is.
 */
import { create } from 'zustand';
import { type ChannelRef, channelKey } from '../../../shared/domain.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import { onMessageDelta, onTransfers, useSession } from '../session/session-store.ts';

export const useTransfers = create<{ transfers: ReadonlyMap<string, TransferView> }>(() => ({
  transfers: new Map(),
}));

/** Key of one message over all conversations. */
export const mediaKey = (channel: ChannelRef, key: string): string => `${channelKey(channel)}\n${key}`;

export function useTransfer(channel: ChannelRef, key: string): TransferView | undefined {
  return useTransfers((state) => state.transfers.get(mediaKey(channel, key)));
}

function drop(keys: readonly string[]): void {
  const { transfers } = useTransfers.getState();
  if (!keys.some((key) => transfers.has(key))) return;
  const left = new Map(transfers);
  for (const key of keys) left.delete(key);
  useTransfers.setState({ transfers: left });
}

onTransfers((reports) => {
  const transfers = new Map(useTransfers.getState().transfers);
  for (const report of reports) {
    const key = mediaKey(report.channel, report.key);
    if (report.state === 'waiting' || report.state === 'running') transfers.set(key, report);
    else transfers.delete(key);
  }
  useTransfers.setState({ transfers });
});

onMessageDelta((deltas) => {
  for (const delta of deltas) {
    if (delta.kind !== 'messages') continue;
    const gone = delta.upserts.filter(({ content }) => content.kind === 'recalled').map(({ key }) => key);
    drop([...gone, ...delta.removed].map((key) => mediaKey(delta.channel, key)));
  }
});

useSession.subscribe((state, before) => {
  if (state.me?.uid !== before.me?.uid) useTransfers.setState({ transfers: new Map() });
});
