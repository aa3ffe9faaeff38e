/** SHA-512 of a file, read piece by piece. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** In base64, as manifests have it. */
export async function sha512Of(path: string): Promise<string> {
  return (await hashOf(path)).digest('base64');
}

/** Of what is there, to go on with what comes. */
export async function hashOf(path: string): Promise<Hash> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return hash;
}
