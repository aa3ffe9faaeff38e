/** What ends a check, a download or an installation. The message is for the log; the page gets the reason. */
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import type { UpdateFailure } from '../../../shared/ipc/contract/updates.ts';

export class UpdateError extends Error {
  readonly reason: UpdateFailure;

  constructor(reason: UpdateFailure, message: string) {
    super(message);
    this.name = 'UpdateError';
    this.reason = reason;
  }
}

const OF_CODE: Readonly<Record<string, UpdateFailure>> = {
  ENOSPC: 'diskFull',
  EDQUOT: 'diskFull',
  EACCES: 'notWritable',
  EPERM: 'notWritable',
  EROFS: 'notWritable',
  ERR_CHECKSUM_MISMATCH: 'changed',
  ERR_UPDATER_INVALID_SIGNATURE: 'changed',
};

/** Whatever was thrown as one of ours; `otherwise` is what it is when its code says nothing. */
export function updateErrorOf(thrown: unknown, otherwise: UpdateFailure): UpdateError {
  if (thrown instanceof UpdateError) return thrown;
  return new UpdateError(OF_CODE[errorCode(thrown)] ?? otherwise, reasonOf(thrown));
}
