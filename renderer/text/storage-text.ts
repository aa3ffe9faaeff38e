import type { StorageState } from '../../shared/ipc/contract/storage.ts';
import type { PlainKey } from '../i18n/i18n.ts';

/** Why nothing can be written, as the banner over the list and the storage page say it. */
export const READ_ONLY_TEXT: Record<NonNullable<StorageState['readOnly']>, PlainKey> = {
  diskFull: 'conn.readonly',
  notWritable: 'storage.notWritable',
  newerData: 'storage.newerData',
};
