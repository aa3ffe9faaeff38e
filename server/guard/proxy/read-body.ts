/** A whole body, bounded, and unpacked if its sender packed it although it was asked not to. */
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliDecompress, unzip } from 'node:zlib';

export class TooLarge extends Error {}

export async function readBody(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > most) {
      stream.destroy();
      throw new TooLarge(`more than ${most} bytes`);
    }
    chunks.push(bytes);
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

/** Null: a packing that is not known. */
export async function unpacked(body: Buffer, encoding: string, most: number): Promise<Buffer | null> {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding === 'gzip' || encoding === 'deflate') return promisify(unzip)(body, { maxOutputLength: most });
  if (encoding === 'br') return promisify(brotliDecompress)(body, { maxOutputLength: most });
  return null;
}
