/**
 * Bytes to and from the server (tsdd-api.md 6.1): streamed, with progress, so that neither side holds a file in memory.
 * The token goes to the business server's own origin only; an object store behind a redirect never sees it.
 */
import type { BusinessApiOptions } from './caller.ts';
import { downloadFile, type DownloadAnswer, type DownloadRequest } from './file-download.ts';
import { uploadFile, type UploadRequest } from './file-upload.ts';
import { requestJson } from './http.ts';

export function fileCalls(options: BusinessApiOptions) {
  return {
    downloadFile: (request: DownloadRequest): Promise<DownloadAnswer> => downloadFile(options, request),

    uploadFile: (request: UploadRequest): Promise<string> => uploadFile(options, request),

    /** Embedded business server only; TSDD answers `notCompatible`. */
    async discardUpload(url: string): Promise<void> {
      const [, path] = /^\/?file\/preview\/(.+)$/.exec(url) ?? [];
      if (path === undefined) return;
      await requestJson(options, { method: 'DELETE', path: '/file/upload', query: { path } });
    },
  };
}
