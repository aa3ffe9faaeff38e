/**
 * Bytes to and from the server (tsdd-api.md 6.1): streamed, with progress, so that neither side holds a file in memory.
 * The token goes to the business server's own origin only; an object store behind a redirect never sees it.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { CodedError } from '../../../shared/ipc/result.ts';
import { readAnswer } from './answer.ts';
import type { BusinessApiOptions } from './caller.ts';
import { interpretAnswer, NoAnswerError, networkReason, readText, requestJson } from './http.ts';

const UploadAnswer = z.object({ path: z.string().min(1).max(2_000) });

const HEAD_TIMEOUT_MS = 20_000;
/** No byte for so long: the connection is dead. */
const STALL_MS = 30_000;
/** From the last byte of an upload to the answer. */
const STORED_TIMEOUT_MS = 120_000;
const MAX_REDIRECTS = 5;
const EXTENSION = /^[a-z0-9]{1,10}$/;

/** Why bytes did not come; `network` may be tried again. */
export class TransferError extends CodedError {
  readonly reason: 'network' | 'missing' | 'tooLarge' | 'refused';
  constructor(reason: TransferError['reason'], message: string) {
    super(reason === 'network' ? 'network' : reason === 'missing' ? 'notFound' : 'refused', message);
    this.reason = reason;
  }
}

export interface UploadRequest {
  /** First folders of the object's path; what is no plain ASCII name becomes `_`. */
  channel: { channelId: string; channelType: number };
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

export interface DownloadRequest {
  /** As in a payload: relative to the server's `/v1/`, or http(s). */
  url: string;
  /** Bytes that are here already; the server may answer with everything again. */
  offset: number;
  /** ETag or Last-Modified of what is here. */
  validator: string | null;
  maxBytes: number;
  signal: AbortSignal;
}

export interface DownloadAnswer {
  /** 0 when the server sends everything, else `offset`. */
  start: number;
  /** Of the whole file; null = not said. */
  totalBytes: number | null;
  validator: string | null;
  /** Throws `TransferError` when the connection breaks, more than `maxBytes` come, or fewer bytes than announced. */
  body: AsyncIterable<Uint8Array>;
}

/** Aborts with `reason` when it is not kept alive in time. */
function watchdog(signal: AbortSignal): {
  signal: AbortSignal;
  alive: (ms: number) => void;
  end: () => void;
} {
  const stalled = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const alive = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(new DOMException('timed out', 'TimeoutError')), ms);
  };
  alive(HEAD_TIMEOUT_MS);
  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    alive,
    end: () => clearTimeout(timer),
  };
}

/** Where the bytes of a payload's `url` are. @throws TransferError for what is no http(s) address or must not be asked. */
export function resolveFileUrl(server: string, url: string): URL {
  const base = new URL(`${server}/v1/`);
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(url);
  const resolved = absolute ? URL.parse(url) : URL.parse(url.replace(/^\/+/, ''), base.href);
  if (!resolved || (resolved.protocol !== 'http:' && resolved.protocol !== 'https:'))
    throw new TransferError('refused', 'the message names no address of a file');
  if (!absolute && !(resolved.origin === base.origin && resolved.pathname.startsWith(base.pathname)))
    throw new TransferError('refused', 'the message names an address outside the server');
  if (resolved.username !== '' || resolved.password !== '')
    throw new TransferError('refused', 'the address of the file holds a user name or password');
  if (resolved.hostname !== base.hostname && isLocalHost(resolved.hostname))
    throw new TransferError('refused', 'the address of the file is inside the local network');
  return resolved;
}

/** A message must not make this computer ask its own network. Names are not resolved; addresses are what they say. */
function isLocalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local')) return true;
  const kind = isIP(host);
  if (kind === 4) return /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./.test(host);
  return kind === 6 && /^(::|f[cd]|fe[89ab])/.test(host);
}

function asTransferError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof CodedError) return error;
  return new TransferError('network', networkReason(error));
}

export function fileCalls(options: BusinessApiOptions) {
  const { server, token } = options;
  const doFetch = options.fetch ?? ((url: string, init: RequestInit) => globalThis.fetch(url, init));
  const origin = new URL(server).origin;

  async function followed(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let hops = 0; ; hops += 1) {
      const response = await doFetch(at.href, {
        headers: at.origin === origin ? { ...headers, token } : headers,
        signal,
        redirect: 'manual',
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      const next = URL.parse(location, at.href);
      if (!next || (next.protocol !== 'http:' && next.protocol !== 'https:'))
        throw new TransferError('refused', 'the server redirects to something that is no http address');
      if (at.protocol === 'https:' && next.protocol === 'http:')
        throw new TransferError('refused', 'the server redirects to an address without encryption');
      if (hops >= MAX_REDIRECTS) throw new TransferError('refused', 'the server redirects in a circle');
      at = next;
    }
  }

  async function downloadFile(request: DownloadRequest): Promise<DownloadAnswer> {
    const { offset, maxBytes, validator, signal } = request;
    const url = resolveFileUrl(server, request.url);
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (offset > 0) {
      headers['range'] = `bytes=${offset}-`;
      if (validator !== null) headers['if-range'] = validator;
    }
    const watch = watchdog(signal);
    let response: Response;
    try {
      response = await followed(url, headers, watch.signal);
    } catch (error) {
      watch.end();
      throw asTransferError(error, signal);
    }
    const refuse = async (error: TransferError): Promise<never> => {
      watch.end();
      await discardBody(response);
      throw error;
    };
    const { status } = response;
    if (status === 404 || status === 410)
      return refuse(new TransferError('missing', 'the server has no such file'));
    if (status === 416 && offset > 0) {
      // What is here is not the beginning of what is there (any more).
      watch.end();
      await discardBody(response);
      return downloadFile({ ...request, offset: 0, validator: null });
    }
    if (status >= 500 || status === 429 || status === 408)
      return refuse(new TransferError('network', `the server answered with status ${status}`));
    if (status !== 200 && status !== 206)
      return refuse(new TransferError('refused', `the server answered with status ${status}`));
    const range = rangeOf(response);
    if (status === 206 && range?.start !== offset)
      return refuse(new TransferError('refused', 'the server sent another part than asked for'));
    const start = status === 206 ? offset : 0;
    const length = lengthOf(response);
    const totalBytes = status === 206 ? (range?.total ?? null) : length;
    if ((totalBytes ?? 0) > maxBytes)
      return refuse(new TransferError('tooLarge', `the file is larger than ${maxBytes} bytes`));
    const stream = response.body;

    async function* body(): AsyncGenerator<Uint8Array> {
      let at = start;
      try {
        for await (const chunk of (stream ?? []) as AsyncIterable<Uint8Array>) {
          watch.alive(STALL_MS);
          at += chunk.length;
          if (at > maxBytes) throw new TransferError('tooLarge', `the file is larger than ${maxBytes} bytes`);
          yield chunk;
        }
      } catch (error) {
        throw asTransferError(error, signal);
      } finally {
        watch.end();
      }
      if (totalBytes !== null && at < totalBytes)
        throw new TransferError('network', 'the connection ended before the file did');
    }
    const etag = response.headers.get('etag');
    return {
      start,
      totalBytes,
      // A weak tag does not promise the same bytes.
      validator: etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified'),
      body: body(),
    };
  }

  return {
    downloadFile,

    /** Embedded business server only; TSDD answers `notCompatible`. */
    async discardUpload(url: string): Promise<void> {
      const [, path] = /^\/?file\/preview\/(.+)$/.exec(url) ?? [];
      if (path === undefined) return;
      await requestJson(options, { method: 'DELETE', path: '/file/upload', query: { path } });
    },

    /**
     * Resolves with the `url` for the payload. Rejects with `CodedError` (`network`, `unauthorized`), `TransferError`, or the
     * reason of `signal`.
     */
    async uploadFile(request: UploadRequest): Promise<string> {
      const { channel, name, size, signal } = request;
      const extension = EXTENSION.test(request.extension) ? request.extension : 'bin';
      const folder = /^[\w@.-]{1,128}$/.test(channel.channelId) ? channel.channelId : '_';
      const object = `${name}.${extension}`;
      const url = new URL(`${server}/v1/file/upload`);
      url.searchParams.set('type', 'chat');
      url.searchParams.set('path', `/${channel.channelType}/${folder}/${object}`);
      const boundary = `----wukong${name}`;
      const mime = request.mime || 'application/octet-stream';
      const head = Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="contenttype"\r\n\r\n${mime}\r\n` +
          `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${object}"\r\nContent-Type: ${mime}\r\n\r\n`,
      );
      const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
      const watch = watchdog(signal);
      async function* body(): AsyncGenerator<Uint8Array> {
        yield head;
        let done = 0;
        for await (const chunk of request.content) {
          yield chunk;
          watch.alive(STALL_MS);
          done += chunk.length;
          request.onProgress(done);
        }
        if (done !== size) throw new TransferError('missing', 'the staged file has changed');
        // The server may pass everything on to its object store before it answers.
        watch.alive(STORED_TIMEOUT_MS);
        yield tail;
      }
      try {
        const init: RequestInit & { duplex: 'half' } = {
          method: 'POST',
          headers: {
            token,
            'content-type': `multipart/form-data; boundary=${boundary}`,
            'content-length': String(head.length + size + tail.length),
          },
          body: streamOf(body()),
          duplex: 'half',
          redirect: 'error',
          signal: watch.signal,
        };
        const response = await doFetch(url.href, init);
        const text = await readText(response);
        if (response.status === 413)
          throw new TransferError('tooLarge', 'the file is too large for the server');
        const answer = interpretAnswer('POST /file/upload', response.status, text);
        return readAnswer('POST /file/upload', UploadAnswer, answer).path;
      } catch (error) {
        throw uploadFailure(error, signal);
      } finally {
        watch.end();
      }
    },
  };
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

async function discardBody(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // The connection is gone already.
  }
}

function uploadFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof TransferError || error instanceof NoAnswerError) return error;
  // What the body threw comes as the cause of a failed request.
  if (error instanceof Error && error.cause instanceof TransferError) return error.cause;
  if (!(error instanceof CodedError)) return new TransferError('network', networkReason(error));
  if (error.code === 'unauthorized' || error.code === 'network') return error;
  const tooLarge = 'machineCode' in error && (error as { machineCode?: unknown }).machineCode === 'too_large';
  return new TransferError(tooLarge ? 'tooLarge' : 'refused', error.message);
}

function lengthOf(response: Response): number | null {
  const text = response.headers.get('content-length');
  return text !== null && /^\d{1,15}$/.test(text) && response.headers.get('content-encoding') === null
    ? Number(text)
    : null;
}

function rangeOf(response: Response): { start: number; total: number | null } | null {
  const match = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(
    response.headers.get('content-range') ?? '',
  );
  if (!match) return null;
  return { start: Number(match[1]), total: match[2] === '*' ? null : Number(match[2]) };
}
