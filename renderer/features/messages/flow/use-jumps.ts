import { type RefObject, useCallback, useEffect, useRef } from 'react';
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import { onFlowEntry } from '../../../state/messages/flow-entry.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { clearJump, useUi } from '../../../state/window/ui-store.ts';
import { indexOfSeq, keyAtSeq, lastKeyOf } from './flow-lookup.ts';
import type { FlowRow } from '../row/flow-row.ts';
import type { FlowVirtualizer } from './use-flow-virtualizer.ts';

/** `toEnd`: what stands under the message is what one goes there for, and it may be higher than the flow. */
export type JumpToSeq = (messageSeq: number, takeFocus?: boolean, toEnd?: boolean) => void;

/** Goes to a message, to the newest one, and wherever the rest of the window asks to. */
export function useJumps({
  channel,
  generation,
  rowsRef,
  virtualizer,
  focusRow,
  leave,
  flash,
}: {
  channel: ChannelRef;
  /** Of the loaded window; 0 = nothing is loaded yet. */
  generation: number;
  rowsRef: Readonly<RefObject<readonly FlowRow[]>>;
  virtualizer: FlowVirtualizer;
  focusRow: (rowKey: string) => void;
  /** Called before the end of the flow is left on purpose. */
  leave: () => void;
  flash: (rowKey: string) => void;
}): { jumpToSeq: JumpToSeq; toLatest: () => void } {
  const key = channelKey(channel);
  /** message_seq that is to have the focus once it is loaded; 0 = none. */
  const awaited = useRef(0);
  const jumpToSeq = useCallback(
    (messageSeq: number, takeFocus = true, toEnd = false) => {
      const index = indexOfSeq(rowsRef.current, messageSeq);
      const row = rowsRef.current[index];
      if (row) {
        leave();
        const isHigh =
          (virtualizer.measurementsCache[index]?.size ?? 0) > (virtualizer.scrollRect?.height ?? Infinity);
        virtualizer.scrollToIndex(index, { align: toEnd && isHigh ? 'end' : 'center' });
        const at = keyAtSeq(row, messageSeq);
        flash(at);
        if (takeFocus) focusRow(at);
      } else if (messageSeq > 0) {
        awaited.current = takeFocus ? messageSeq : 0;
        void useMessageStore.getState().loadAround(channel, messageSeq);
      }
    },
    [channel, flash, focusRow, leave, rowsRef, virtualizer],
  );
  useEffect(() => {
    const seq = awaited.current;
    const row = seq > 0 ? rowsRef.current[indexOfSeq(rowsRef.current, seq)] : undefined;
    awaited.current = 0;
    if (row) focusRow(keyAtSeq(row, seq));
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the extra one is what it waits for
  }, [generation, focusRow, rowsRef]);
  const jump = useUi((ui) => ui.jump);
  useEffect(() => {
    if (!jump || channelKey(jump.channel) !== key || generation === 0) return;
    // The search bar keeps the focus while it steps through its hits.
    jumpToSeq(jump.messageSeq, !useUi.getState().chatSearchOpen);
    clearJump();
  }, [jump, key, jumpToSeq, generation]);
  const toLatest = useCallback(() => {
    if (useMessageStore.getState().channels[key]?.window.hasNewer)
      void useMessageStore.getState().loadLatest(channel);
    else virtualizer.scrollToEnd();
  }, [channel, key, virtualizer]);
  useEffect(
    () =>
      onFlowEntry((entry) => {
        toLatest();
        const newest = rowsRef.current.at(-1);
        if (entry === 'focusNewest' && newest) focusRow(lastKeyOf(newest));
      }),
    [focusRow, rowsRef, toLatest],
  );
  return { jumpToSeq, toLatest };
}
