/** Headers of pictures on this computer's disk. */
import { open } from 'node:fs/promises';
import { type PictureHeader, pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';

/** null for what is no picture the page can show. @throws when the file cannot be read. */
export async function readPictureHeader(path: string): Promise<PictureHeader | null> {
  await using file = await open(path, 'r');
  // Waited for here: the file is closed where this returns, and a header can be longer than one read.
  return await pictureHeaderOf(async (offset, length) => {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  });
}
