/**
 * Feed and public keys of the app as a constant, for `define` of the build: from release.json, which is committed, or
 * from the file that `WUKONG_RELEASE_FILE` names while building (tests build apps with keys of their own; an app that
 * is built knows no such variable). The build ends where they are wrong.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../shared/errors.ts';
import { feedAddress } from '../electron/main/updates/feed-address.ts';
import { publicKeyOf } from '../electron/main/updates/manifest-signature.ts';
import { MOST_KEYS } from '../electron/main/updates/update-source.ts';

export interface Release {
  /** https address of the folder with the manifests; '' = this app looks for no updates. */
  feed: string;
  /** Raw Ed25519 keys in base64: the one that signs now, and the next. */
  keys: string[];
}

/** Of the repository at `root`, unless the environment names another file. */
export const releaseFile = (root: string): string =>
  process.env['WUKONG_RELEASE_FILE'] ?? join(root, 'electron/main/updates/release.json');

export function readRelease(path: string): Release {
  const { feed, keys } = partsOf(path);
  if (typeof feed !== 'string' || !Array.isArray(keys)) throw new Error(`${path}: feed and keys are needed`);
  if (feed !== '' && feedAddress(feed, false) === null)
    throw new Error(`${path}: the feed is no https address`);
  if (keys.length > MOST_KEYS || new Set(keys).size !== keys.length)
    throw new Error(`${path}: at most ${MOST_KEYS} different keys`);
  if (feed !== '' && keys.length < MOST_KEYS)
    throw new Error(`${path}: a feed needs ${MOST_KEYS} keys, one to sign with and one in reserve`);
  for (const key of keys as unknown[]) {
    try {
      if (typeof key !== 'string') throw new TypeError('no text');
      publicKeyOf(key);
    } catch {
      throw new Error(`${path}: ${JSON.stringify(key)} is no Ed25519 key (32 bytes in base64)`);
    }
  }
  return { feed, keys };
}

function partsOf(path: string): Partial<Release> {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read as JSON: ${reasonOf(error)}`, { cause: error });
  }
  return typeof read === 'object' && read !== null ? read : {};
}

/** `root`: the build bundles its configuration, and with it this file, which then lies somewhere else. */
export const releaseDefine = (root: string): Record<string, string> => ({
  WUKONG_RELEASE: JSON.stringify(readRelease(releaseFile(root))),
});
