import { useMemo } from 'react';
import type { MessageView } from '../../../../shared/domain.ts';
import type { RowActions } from '../row/message-row.tsx';
import type { FlowMenu } from './use-flow-menu.ts';
import type { FlowSelection } from './use-flow-selection.ts';

/** What the rows can ask for. The same object as long as the chat is open: no row is drawn again for it. */
export function useRowActions({
  jumpToSeq,
  reedit,
  unfold,
  focusRow,
  menu: { openAt },
  selection: { pick, pickUpTo },
}: {
  jumpToSeq: (messageSeq: number) => void;
  reedit: (message: MessageView) => void;
  unfold: (rowKey: string) => void;
  focusRow: (rowKey: string) => void;
  menu: Pick<FlowMenu, 'openAt'>;
  selection: Pick<FlowSelection, 'pick' | 'pickUpTo'>;
}): RowActions {
  return useMemo<RowActions>(
    () => ({
      select: ({ key }, extend) => {
        focusRow(key);
        if (extend) pickUpTo(key);
        else pick(key);
      },
      jumpToSeq: (messageSeq) => jumpToSeq(messageSeq),
      reedit,
      unfold: (rowKey) => {
        unfold(rowKey);
        focusRow(rowKey);
      },
      openMenu: ({ key }, at) => {
        focusRow(key);
        openAt(key, at);
      },
    }),
    [focusRow, jumpToSeq, openAt, pick, pickUpTo, reedit, unfold],
  );
}
