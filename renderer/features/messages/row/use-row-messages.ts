import { useShallow } from 'zustand/shallow';
import type { MessageView } from '../../../../shared/domain.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { type FlowRow, messagesOfRow } from './flow-row.ts';

/** The messages of a row, read live: nobody hands them down. */
export function useRowMessages(key: string, row: FlowRow): readonly MessageView[] {
  return useMessageStore(
    useShallow((store) => {
      const byKey = store.channels[key]?.window.byKey;
      return messagesOfRow(row)
        .map((message) => byKey?.get(message.key))
        .filter((message) => message !== undefined);
    }),
  );
}
