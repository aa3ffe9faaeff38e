import { entryOfKey } from '../../../shared/content/history-content.ts';
import type { ChannelRef, MessageView } from '../../../shared/domain.ts';
import type { AccountStore } from '../account-store/store-api.ts';

/** The part of the store that knows which file belongs to which message or job. */
export type MediaStore = Pick<AccountStore, 'readOnly' | 'changes' | 'media' | 'state'> & {
  messages: Pick<AccountStore['messages'], 'entry' | 'get' | 'uncovered'>;
  outbox: Pick<
    AccountStore['outbox'],
    'sendJob' | 'attachmentFiles' | 'draftFiles' | 'addDraftFile' | 'replaceDraftFile' | 'removeDraftFiles'
  >;
};

/** The message of the key, or the entry of a merged forward. `covered`: also what burns and is not open. */
export function viewOf(
  { messages }: Pick<MediaStore, 'messages'>,
  channel: ChannelRef,
  key: string,
  covered = false,
): MessageView | null {
  if (entryOfKey(key)) return messages.entry(channel, key);
  return covered ? messages.uncovered(channel, key) : messages.get(channel, key);
}
