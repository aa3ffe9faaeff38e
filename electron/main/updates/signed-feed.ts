/** Reads the manifest of a feed: signature first, then its form, then whether it is older than what was seen here. */
import { checkSignature } from './manifest-signature.ts';
import { type Manifest, manifestName, MAX_MANIFEST_BYTES, readManifest } from './manifest.ts';
import { type FeedFetch, feedText } from './feed-get.ts';
import { UpdateError } from './update-error.ts';
import type { UpdateRecord } from './update-record.ts';
import type { UpdateSource } from './update-source.ts';

/** Four signatures, and some room. */
const MAX_SIGNATURE_BYTES = 1_024;

export interface SignedFeedOptions {
  source: UpdateSource;
  fetch: FeedFetch;
  record: Pick<UpdateRecord, 'believe'>;
  platform: NodeJS.Platform;
  arch: string;
  nowMs: () => number;
}

/** Throws an UpdateError; nothing of a manifest that fails is used or kept. */
export async function readSignedFeed(options: SignedFeedOptions): Promise<Manifest> {
  const { fetch, source } = options;
  const { feed, keys, channel } = source;
  const name = manifestName(channel, options.platform, options.arch);
  const manifest = await feedText(new URL(name, feed), MAX_MANIFEST_BYTES, { fetch });
  checkSignature(manifest, await signatureOf(new URL(`${name}.sig`, feed), fetch), keys);
  const read = readManifest(manifest, name);
  options.record.believe(read, channel, options.nowMs());
  return read;
}

/** A feed without signatures is one that somebody else made. */
async function signatureOf(url: URL, fetch: FeedFetch): Promise<Buffer> {
  try {
    return await feedText(url, MAX_SIGNATURE_BYTES, { fetch });
  } catch (error) {
    if (error instanceof UpdateError && (error.reason === 'server' || error.reason === 'malformed'))
      throw new UpdateError('signature', `no signature: ${error.message}`);
    throw error;
  }
}
