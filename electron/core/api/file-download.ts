/** Downloads of files, from the business server or the object store it redirects to (tsdd-api.md 6.1). */
import type { FileHops } from './file-hops.ts';
import { asTransferError, STALL_MS, TransferError, Watchdog } from './file-transfer.ts';

export interface DownloadRequest {
  /** As in a payload: relative to the server's `/v1/`, or http(s). */
  url: string;
  /** Bytes that are here already; the server may answer with everything again. */
  offset: number;
  /** ETag or Last-Modified of what is here. */
  validator: string | null;
  maxBytes: number;
  signal: AbortSignal;
  /** Asks for a part also where that is all of it: only so a server says whether it gives parts. */
  inParts?: boolean;
}

export interface DownloadAnswer {
  /** 0 when the server sends everything, else `offset`. */
  start: number;
  /** Of the whole file; null = not said. */
  totalBytes: number | null;
  /** The server gives any part that it is asked for. */
  inParts: boolean;
  validator: string | null;
  /** SHA-256 of the whole file, hex, where the server says it (RFC 9530, `Repr-Digest`). */
  digest?: string | null;
  /** Throws `TransferError` when the connection breaks, more than `maxBytes` come, or fewer bytes than announced. */
  body: AsyncIterable<Uint8Array>;
}

/** Gets one file, or what is missing of it. Rejects with `TransferError`, or the reason of the request's signal. */
export async function downloadFile(hops: FileHops, request: DownloadRequest): Promise<DownloadAnswer> {
  const { inParts = false, offset, validator, signal } = request;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (offset > 0 || inParts) {
    headers['range'] = `bytes=${offset}-`;
    if (validator !== null) headers['if-range'] = validator;
  }
  const watch = new Watchdog(signal);
  let response: Response;
  try {
    response = await hops.follow(request.url, headers, watch.signal);
  } catch (error) {
    watch.end();
    throw asTransferError(error, signal, watch.signal);
  }
  const drop = async (): Promise<void> => {
    watch.end();
    await discardBody(response);
  };
  if (response.status === 416 && (offset > 0 || inParts)) {
    // What is here is not the beginning of what is there (any more).
    await drop();
    return downloadFile(hops, { ...request, offset: 0, validator: null, inParts: false });
  }
  const part = partOf(response, request);
  if (part instanceof TransferError) {
    await drop();
    throw part;
  }
  const etag = response.headers.get('etag');
  return {
    ...part,
    inParts: response.status === 206,
    // A weak tag does not promise the same bytes.
    validator: etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified'),
    digest: digestOf(response),
    body: bodyOf(response, part, request, watch),
  };
}

type Part = Pick<DownloadAnswer, 'start' | 'totalBytes'>;

/** Which bytes the answer holds, or why it is of no use. */
function partOf(response: Response, { offset, maxBytes }: DownloadRequest): Part | TransferError {
  const { status } = response;
  if (status === 404 || status === 410) return new TransferError('missing', 'the server has no such file');
  if (status >= 500 || status === 429 || status === 408)
    return new TransferError('network', `the server answered with status ${status}`);
  if (status !== 200 && status !== 206)
    return new TransferError('refused', `the server answered with status ${status}`);
  const range = rangeOf(response);
  if (status === 206 && range?.start !== offset)
    return new TransferError('refused', 'the server sent another part than asked for');
  const totalBytes = status === 206 ? (range?.total ?? null) : lengthOf(response);
  if ((totalBytes ?? 0) > maxBytes)
    return new TransferError('tooLarge', `the file is larger than ${maxBytes} bytes`);
  return { start: status === 206 ? offset : 0, totalBytes };
}

async function* bodyOf(
  response: Response,
  { start, totalBytes }: Part,
  { maxBytes, signal }: DownloadRequest,
  watch: Watchdog,
): AsyncGenerator<Uint8Array> {
  let at = start;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      watch.alive(STALL_MS);
      at += chunk.length;
      if (at > maxBytes) throw new TransferError('tooLarge', `the file is larger than ${maxBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw asTransferError(error, signal, watch.signal);
  } finally {
    watch.end();
  }
  if (totalBytes !== null && at < totalBytes)
    throw new TransferError('network', 'the connection ended before the file did');
}

/** (Of packed bytes it would be the sum of those, and they are unpacked here.) */
function digestOf(response: Response): string | null {
  if (response.headers.get('content-encoding') !== null) return null;
  const said = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(response.headers.get('repr-digest') ?? '');
  return said?.[1] === undefined ? null : Buffer.from(said[1], 'base64').toString('hex');
}

async function discardBody(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // The connection is gone already.
  }
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
