/**
 * Loads a package of exactly the size and SHA-512 that the signed manifest gives. What has come stays when the line
 * breaks or the user pauses, and the next try asks for the rest; what proves to be something else is erased.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../../shared/errors.ts';
import { type FeedAnswer, type FeedFetch, feedGet } from './feed-get.ts';
import type { PackageFile } from './manifest.ts';
import { hashOf, sha512Of } from './sha512-of.ts';
import { UpdateError, updateErrorOf } from './update-error.ts';

/** Left free for everything else that is written while a package comes. */
const SPARE_BYTES = 32 * 1024 * 1024;

export interface PackageDownload {
  url: URL;
  fetch: FeedFetch;
  file: Pick<PackageFile, 'sha512' | 'size'>;
  /** Path of the file, also while it is not whole. */
  path: string;
  onBytes: (sofar: number) => void;
  signal: AbortSignal;
}

/**
 * Throws `network`, `proxy`, `certificate`, `server`, `redirect`, `changed`, `diskFull`, `notWritable`, or an
 * AbortError when paused.
 */
export async function downloadPackage(download: PackageDownload): Promise<void> {
  const { path, file } = download;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const already = await sizeOf(path);
  if (already > file.size) await rm(path, { force: true });
  const from = already > file.size ? 0 : already;
  await makeSureOfSpace(path, file.size - from);
  if (from < file.size) {
    const got = await load(download, from);
    if (got.sha512 === file.sha512) return;
  } else if ((await sha512Of(path)) === file.sha512) return;
  await rm(path, { force: true });
  throw new UpdateError('changed', `${download.url.pathname}: not the file of the manifest`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function makeSureOfSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize >= bytes + SPARE_BYTES) return;
  await rm(path, { force: true });
  throw new UpdateError('diskFull', `${bavail * bsize} bytes are free, ${bytes + SPARE_BYTES} are needed`);
}

async function load(
  { url, fetch, file, path, onBytes, signal }: PackageDownload,
  from: number,
): Promise<{ sha512: string }> {
  const answer = await feedGet({
    url,
    fetch,
    signal,
    ...(from > 0 && { headers: { range: `bytes=${from}-` } }),
  });
  const resumed =
    answer.status === 206 && answer.header('content-range')?.startsWith(`bytes ${from}-`) === true;
  if (!resumed && answer.status !== 200) {
    answer.end();
    // Where the rest cannot be had, the next try begins anew.
    if (from > 0) await rm(path, { force: true });
    throw new UpdateError('server', `${url.pathname}: the feed answers ${answer.status}`);
  }
  const target = await open(path, resumed ? 'a' : 'w', 0o600);
  try {
    const hash = resumed ? await hashOf(path) : createHash('sha512');
    const bytes = await pour(answer, target, hash, resumed ? from : 0, file.size, onBytes);
    await target.sync();
    if (bytes !== file.size)
      throw new UpdateError('changed', `${url.pathname}: ${bytes} bytes, not ${file.size}`);
    return { sha512: hash.digest('base64') };
  } catch (error) {
    const failure = updateErrorOf(error, 'network');
    // A full disk gets back what was taken of it.
    if (failure.reason === 'changed' || failure.reason === 'diskFull') await rm(path, { force: true });
    throw error instanceof DOMException ? error : failure;
  } finally {
    await target.close();
  }
}

/** Ends at the first byte too much: nobody fills the disk with what was never announced. */
async function pour(
  { body }: FeedAnswer,
  target: FileHandle,
  hash: Hash,
  from: number,
  most: number,
  onBytes: (sofar: number) => void,
): Promise<number> {
  let bytes = from;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > most) throw new UpdateError('changed', `more than the ${most} bytes of the manifest`);
    await writeWhole(target, chunk);
    hash.update(chunk);
    onBytes(bytes);
  }
  return bytes;
}

/** A nearly full disk takes a part of a buffer before it takes nothing. */
export async function writeWhole(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += (await target.write(bytes, at)).bytesWritten;
}
