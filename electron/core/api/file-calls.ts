/**
 * Bytes to and from the server (tsdd-api.md 6.1): streamed, with progress, so that neither side holds a file in memory.
 * The token goes to the business server's own files only; an object store behind a redirect never sees it.
 */
import type { BusinessApiOptions } from './caller.ts';
import { downloadFile, type DownloadAnswer, type DownloadRequest } from './file-download.ts';
import { uploadFile, type UploadRequest } from './file-upload.ts';
import { FileHops } from './file-hops.ts';
import { z } from 'zod';
import { readAnswer } from './answer.ts';
import { requestJson } from './http.ts';

const UploadPlace = z.object({ max_bytes: z.int().positive().optional().catch(undefined) });

export function fileCalls(options: BusinessApiOptions) {
  const hops = new FileHops(options);
  return {
    downloadFile: (request: DownloadRequest): Promise<DownloadAnswer> => downloadFile(hops, request),

    /** Who, besides the account's own server and its store, would learn that this file is loaded; null = nobody. */
    foreignHost: (url: string): string | null => hops.foreignHost(url),

    uploadFile: (request: UploadRequest): Promise<string> => uploadFile(options, request),

    /**
     * Bytes of the largest file that the server takes, asked in step 1 of an upload (tsdd-api.md 6.1); null = it does
     * not say, as TSDD's does not.
     */
    async uploadLimit(): Promise<number | null> {
      const query = { path: '/1/_/any.bin', type: 'chat' };
      const answer = await requestJson(options, { method: 'GET', path: '/file/upload', query });
      return readAnswer('GET /file/upload', UploadPlace, answer).max_bytes ?? null;
    },

    /** Embedded business server only; TSDD answers `notCompatible`. */
    async discardUpload(url: string): Promise<void> {
      const [, path] = /^\/?file\/preview\/(.+)$/.exec(url) ?? [];
      if (path === undefined) return;
      await requestJson(options, { method: 'DELETE', path: '/file/upload', query: { path } });
    },
  };
}
