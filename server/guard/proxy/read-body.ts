/** A whole body, bounded, and unpacked if its sender packed it although it was asked not to. */
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, unzip } from 'node:zlib';

/** 10,000 rows, the most TSDD sends at once, of 6 KiB. */
export const MOST_BYTES = 64 * 1024 * 1024;

export class TooLarge extends Error {}

/** @throws TooLarge; what the stream fails with, also when it ends early */
export function readBody(stream: Readable, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let hasEnded = false;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= most) return;
      reject(new TooLarge(`more than ${most} bytes`));
      stream.destroy();
    });
    stream.once('end', () => {
      hasEnded = true;
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    });
    stream.once('error', reject);
    // An error is made for those only that need it: its stack costs more than all else here.
    stream.once('close', () => {
      if (!hasEnded) reject(new Error('it ended early'));
    });
  });
}

/** Null: a packing that is not known. */
export async function unpacked(body: Buffer, written: string, most: number): Promise<Buffer | null> {
  // Names of packings are the same in capitals.
  const encoding = written.toLowerCase().replace(/^x-/, '');
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding === 'gzip' || encoding === 'deflate') return promisify(unzip)(body, { maxOutputLength: most });
  if (encoding === 'br') return promisify(brotliDecompress)(body, { maxOutputLength: most });
  return null;
}
