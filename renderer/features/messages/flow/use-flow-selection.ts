import { type RefObject, useCallback, useMemo } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { loadedMessage } from '../../../state/messages/message-store.ts';
import {
  extendSelection,
  isSelectable,
  toggleSelected,
  useSelectionIn,
} from '../../../state/messages/selection-store.ts';
import { type FlowRow, stopsOfRow } from '../row/flow-row.ts';

export interface FlowSelection {
  selecting: boolean;
  selectedKeys: ReadonlySet<string>;
  /** Takes a message in or out; nothing if it cannot be selected. */
  pick: (messageKey: string) => void;
  /** Takes in everything from the last pick to this message. */
  pickUpTo: (messageKey: string) => void;
}

/** Selecting messages of the open conversation, in the order in which the rows stand. */
export function useFlowSelection(
  channel: ChannelRef,
  rowsRef: Readonly<RefObject<readonly FlowRow[]>>,
): FlowSelection {
  const key = channelKey(channel);
  const selection = useSelectionIn(key);
  const selectedKeys = useMemo(() => new Set(selection?.picks.keys), [selection]);
  const pick = useCallback(
    (messageKey: string) => {
      if (canSelect(key, messageKey)) toggleSelected(channel, messageKey);
    },
    [channel, key],
  );
  const pickUpTo = useCallback(
    (messageKey: string) => {
      if (!canSelect(key, messageKey)) return;
      const bubbles = rowsRef.current.filter((row) => row.kind === 'bubble' || row.kind === 'album');
      const order = bubbles.flatMap(stopsOfRow).filter((stop) => canSelect(key, stop));
      extendSelection(channel, messageKey, order);
    },
    [channel, key, rowsRef],
  );
  return { selecting: selection !== null, selectedKeys, pick, pickUpTo };
}

function canSelect(key: string, messageKey: string): boolean {
  const message = loadedMessage(key, messageKey);
  return message !== undefined && isSelectable(message);
}
