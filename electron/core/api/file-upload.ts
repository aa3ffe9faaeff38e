/** Uploads of files (tsdd-api.md 6.1): one multipart form, streamed. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { CodedError } from '../../../shared/ipc/result.ts';
import { proxyFaultOf } from '../../../shared/proxy-error.ts';
import { readAnswer } from './answer.ts';
import type { BusinessApiOptions } from './caller.ts';
import { fetchOf, STALL_MS, TransferError, Watchdog } from './file-transfer.ts';
import { isServersTrouble } from './server-trouble.ts';
import { interpretAnswer, NoAnswerError, networkReason, readText } from './http.ts';

const UploadAnswer = z.object({ path: z.string().min(1).max(2_000) });

const LARGE_BYTES = 32 * 1024 * 1024;
const REFUSAL_PATIENCE_MS = 1_000;
/** From the last byte of an upload to the answer. */
const STORED_TIMEOUT_MS = 120_000;
/** And as much longer as a slow store takes for all of it. */
const STORED_BYTES_PER_MS = 4_000;
const EXTENSION = /^[a-z0-9]{1,10}$/;

export interface UploadRequest {
  /** First folders of the object's path; what is no plain ASCII name becomes `_`. */
  channel: { channelId: string; channelType: number };
  /** What for, as servers sort it: 'chat' unless it says so. */
  folder?: 'sticker';
  /** Random and unguessable: on a real server whoever knows a name can read and overwrite the object. */
  name: string;
  /** Without dot. */
  extension: string;
  mime: string;
  size: number;
  content: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
  /** Bytes of the content handed to the connection. */
  onProgress: (doneBytes: number) => void;
}

/**
 * Resolves with the `url` for the payload. Rejects with `CodedError` (`network`, `unauthorized`), `TransferError`, or
 * the reason of `signal`.
 */
export async function uploadFile(options: BusinessApiOptions, request: UploadRequest): Promise<string> {
  const { signal, size } = request;
  const url = addressOf(options.server, request);
  const form = formOf(request);
  const watch = new Watchdog(signal);
  try {
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: {
        token: options.token,
        'content-type': `multipart/form-data; boundary=${form.boundary}`,
        'content-length': String(form.head.length + size + form.tail.length),
      },
      body: streamOf(bodyOf(request, form, watch)),
      duplex: 'half',
      redirect: 'error',
      signal: watch.signal,
    };
    const response = await fetchOf(options)(url.href, init);
    const text = await readText(response);
    if (response.status === 413) throw new TransferError('tooLarge', 'the file is too large for the server');
    const retryAfter = response.headers.get('retry-after');
    const answer = interpretAnswer('POST /file/upload', response.status, text, { retryAfter, known: true });
    return readAnswer('POST /file/upload', UploadAnswer, answer).path;
  } catch (error) {
    throw uploadFailure(error, signal);
  } finally {
    watch.end();
  }
}

function objectName({ name, extension }: UploadRequest): string {
  return `${name}.${EXTENSION.test(extension) ? extension : 'bin'}`;
}

function addressOf(server: string, request: UploadRequest): URL {
  const { channelId, channelType } = request.channel;
  const folder = /^[\w@.-]{1,128}$/.test(channelId) ? channelId : '_';
  const url = new URL(`${server}/v1/file/upload`);
  url.searchParams.set('type', request.folder ?? 'chat');
  url.searchParams.set('path', `/${channelType}/${folder}/${objectName(request)}`);
  return url;
}

/** What goes before and after the bytes of the file. */
interface Form {
  boundary: string;
  head: Buffer;
  tail: Buffer;
}

function formOf(request: UploadRequest): Form {
  const boundary = `----wukong${request.name}`;
  const mime = request.mime || 'application/octet-stream';
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="contenttype"\r\n\r\n${mime}\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${objectName(request)}"\r\nContent-Type: ${mime}\r\n\r\n`,
  );
  return { boundary, head, tail: Buffer.from(`\r\n--${boundary}--\r\n`) };
}

async function* bodyOf(
  { content, onProgress, size }: UploadRequest,
  { head, tail }: Form,
  watch: Watchdog,
): AsyncGenerator<Uint8Array> {
  yield head;
  // Whoever refuses it by its length has answered by then; once bytes come, some end the connection instead.
  if (size >= LARGE_BYTES) await setTimeout(REFUSAL_PATIENCE_MS, undefined, { ref: false });
  let done = 0;
  for await (const chunk of content) {
    yield chunk;
    watch.alive(STALL_MS);
    done += chunk.length;
    onProgress(done);
  }
  if (done !== size) throw new TransferError('missing', 'the staged file has changed');
  // The server may pass everything on to its object store before it answers.
  watch.alive(STORED_TIMEOUT_MS + size / STORED_BYTES_PER_MS);
  yield tail;
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

function uploadFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof TransferError || error instanceof NoAnswerError) return error;
  // What the body threw comes as the cause of a failed request.
  if (error instanceof Error && error.cause instanceof TransferError) return error.cause;
  if (!(error instanceof CodedError))
    return new TransferError('network', networkReason(error), proxyFaultOf(error));
  if (error.code === 'unauthorized' || error.code === 'network' || isServersTrouble(error)) return error;
  const tooLarge = 'machineCode' in error && (error as { machineCode?: unknown }).machineCode === 'too_large';
  return new TransferError(tooLarge ? 'tooLarge' : 'refused', error.message);
}
