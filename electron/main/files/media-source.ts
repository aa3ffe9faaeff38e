import type { BrowserWindow } from 'electron';
import type { ChannelRef } from '../../../shared/domain.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { MediaPath, MediaUse } from '../../../shared/ipc/worker-protocol.ts';

/** Where the files of messages come from, and the window that asks for them. */
export interface MediaSource {
  /** Asks the worker of an account; throws its refusal (recalled, not found …), and `locked`. */
  file: (channel: ChannelRef, key: string, use: MediaUse, account: string | null) => Promise<MediaPath>;
  window: () => BrowserWindow | null;
}

/** Whoever waits for a file gets none once the app is locked: nothing is opened, copied or dragged from behind it. */
export function fileBeforeLock(file: MediaSource['file'], isLocked: () => boolean): MediaSource['file'] {
  return async (...asked) => {
    const found = await file(...asked);
    if (isLocked()) throw new CodedError('locked', 'the app is locked');
    return found;
  };
}
