import type { BrowserWindow } from 'electron';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { MediaPath, MediaUse } from '../../../shared/ipc/worker-protocol.ts';

/** Where the files of messages come from, and the window that asks for them. */
export interface MediaSource {
  /** Asks the worker of an account; throws its refusal (recalled, not found …). */
  file: (channel: ChannelRef, key: string, use: MediaUse, account: string | null) => Promise<MediaPath>;
  window: () => BrowserWindow | null;
}
