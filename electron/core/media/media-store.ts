import type { AccountStore } from '../account-store/store-api.ts';

/** The part of the store that knows which file belongs to which message or job. */
export type MediaStore = Pick<AccountStore, 'readOnly' | 'changes' | 'media' | 'state'> & {
  messages: Pick<AccountStore['messages'], 'get' | 'uncovered'>;
  outbox: Pick<
    AccountStore['outbox'],
    'sendJob' | 'attachmentFiles' | 'draftFiles' | 'addDraftFile' | 'removeDraftFiles'
  >;
};
