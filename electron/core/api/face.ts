/** The picture of somebody before anybody is signed in: of whoever scanned a code, who has not said yes yet. */
import { pictureHeaderOf } from '../../../shared/pictures/picture-size.ts';
import { seg } from './caller.ts';
import type { CallOptions } from './signed-in.ts';

const MAX_BYTES = 512 * 1024;
const MAX_PIXELS = 4_000_000;
const TIMEOUT_MS = 5_000;

/**
 * As a `data:` address; null when there is none that may be shown. Never rejects. What lies at another server (a 302 of
 * TSDD's) is not asked for: nobody has chosen that one.
 */
export async function faceOf(
  { server, uid }: { server: string; uid: string },
  options: CallOptions = {},
): Promise<string | null> {
  const doFetch = options.fetch ?? ((url: string, init: RequestInit) => globalThis.fetch(url, init));
  try {
    const response = await doFetch(`${server}/v1/users/${seg(uid)}/avatar`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    });
    if (response.status !== 200 || !response.body) return null;
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      // Leaving the loop cancels the stream.
      if (size > MAX_BYTES) return null;
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    const header = await pictureHeaderOf(async (offset, length) => bytes.subarray(offset, offset + length));
    const pixels = (header?.width ?? 0) * (header?.height ?? 0);
    if (!header?.showable || pixels === 0 || pixels > MAX_PIXELS) return null;
    return `data:${header.type.mime};base64,${bytes.toString('base64')}`;
  } catch {
    return null;
  }
}
