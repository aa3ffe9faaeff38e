/** What the files of an account are made with. */
import type { CleanupTimes } from './media-cleanup.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import type { DraftLimits } from './draft-attachments.ts';
import type { Log } from '../api/http.ts';
import type { MediaRules } from '../../../shared/media-rules.ts';
import type { MediaStore } from './media-store.ts';
import type { SlowLimits } from './download-lanes.ts';
import type { TokenEvent } from './addresses.ts';
import type { TransferView } from '../../../shared/transfer.ts';
import type { UploadRequest } from '../api/file-upload.ts';

export interface MediaOptions {
  accountDir: string;
  me: { uid: string };
  store: MediaStore;
  api: {
    uploadFile: (request: UploadRequest) => Promise<string>;
    downloadFile: (request: DownloadRequest) => Promise<DownloadAnswer>;
    discardUpload: (url: string) => Promise<void>;
    /** Bytes of the largest file that the server takes; null = it does not say. */
    uploadLimit?: () => Promise<number | null>;
    /** The host that would learn that a file is loaded; null = the account's own server or its store. */
    foreignHost?: (url: string) => string | null;
  };
  /** Reports for the page. */
  push: (transfers: TransferView[]) => void;
  /** Which addresses the main thread may answer, and with what. */
  announce: (event: TokenEvent) => void;
  log: Log;
  /** Default: `OPEN_RULES`. */
  rules?: () => MediaRules;
  now?: () => number;
  /** ms; null = not known. Default: `now`. */
  serverNow?: () => number | null;
  cleanupTimes?: CleanupTimes;
  draftLimits?: DraftLimits;
  retryDelaysMs?: readonly number[];
  slow?: SlowLimits;
}
