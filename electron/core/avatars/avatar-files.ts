/**
 * The folder `avatars` of an account: pictures of people and groups, `<who>-<version>`. `who` is a hash of the channel,
 * `version` one of the bytes, so that a name says all there is to know and no table has to. May be emptied any time.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import { entriesOf, erase, touch, writeWhole } from '../store/files/cache-files.ts';

export const AVATAR_FOLDER = 'avatars';
/** Size at which the pictures that were not looked at for the longest time go. */
export const AVATAR_CACHE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 4_000;

const NAME = /^([0-9a-f]{32})-([0-9a-f]{16})$/;

export interface AvatarFile {
  version: string;
  path: string;
  bytes: number;
  /** When it was asked for at the server (ms); the file's own time. */
  fetchedAtMs: number;
}

const hash = (of: string | Uint8Array, digits: number): string =>
  createHash('sha256').update(of).digest('hex').slice(0, digits);
/** By channel key. Each message that arrives asks for the picture of its chat. */
const names = new Map<string, string>();
function whoOf(channel: ChannelRef): string {
  const key = channelKey(channel);
  const known = names.get(key);
  if (known !== undefined) return known;
  if (names.size >= MAX_FILES) names.clear();
  const name = hash(key, 32);
  names.set(key, name);
  return name;
}
export const versionOf = (bytes: Uint8Array): string => hash(bytes, 16);

export class AvatarFiles {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** By `who`, the one that was used last at the end. */
  readonly #files = new Map<string, AvatarFile>();
  #bytes = 0;

  /** What is half written, or twice there, after a run that died goes. A folder that cannot be read is empty. */
  constructor(accountDir: string, maxBytes = AVATAR_CACHE_BYTES) {
    this.#folder = join(accountDir, AVATAR_FOLDER);
    this.#maxBytes = maxBytes;
    const found: { who: string; file: AvatarFile }[] = [];
    for (const name of entriesOf(this.#folder)) {
      const path = join(this.#folder, name);
      const [, who, version] = NAME.exec(name) ?? [];
      const stats = statSync(path, { throwIfNoEntry: false });
      if (who === undefined || version === undefined || stats?.isFile() !== true) erase(path);
      else found.push({ who, file: { version, path, bytes: stats.size, fetchedAtMs: stats.mtimeMs } });
    }
    for (const { who, file } of found.sort((a, b) => a.file.fetchedAtMs - b.file.fetchedAtMs))
      this.#put(who, file);
    this.#shrink();
  }

  get usage(): { files: number; bytes: number } {
    return { files: this.#files.size, bytes: this.#bytes };
  }

  /** Used now, and so the last to go. */
  get(channel: ChannelRef): AvatarFile | null {
    const who = whoOf(channel);
    const file = this.#files.get(who);
    if (!file) return null;
    this.#files.delete(who);
    this.#files.set(who, file);
    return file;
  }

  /** @throws when the disk takes no more. */
  async keep(channel: ChannelRef, bytes: Uint8Array): Promise<AvatarFile> {
    const who = whoOf(channel);
    const version = versionOf(bytes);
    const path = await writeWhole(this.#folder, `${who}-${version}`, bytes);
    const file = { version, path, bytes: bytes.length, fetchedAtMs: Date.now() };
    this.#put(who, file);
    this.#shrink();
    return file;
  }

  /** The server still shows this one. */
  touch(channel: ChannelRef): void {
    const file = this.#files.get(whoOf(channel));
    if (!file) return;
    file.fetchedAtMs = Date.now();
    touch(file.path);
  }

  drop(channel: ChannelRef): void {
    this.#drop(whoOf(channel));
  }

  clear(): void {
    for (const who of this.#files.keys()) this.#drop(who);
  }

  #put(who: string, file: AvatarFile): void {
    const before = this.#files.get(who);
    if (before && before.path !== file.path) this.#drop(who);
    else if (before) this.#bytes -= before.bytes;
    this.#files.delete(who);
    this.#files.set(who, file);
    this.#bytes += file.bytes;
  }

  #drop(who: string): void {
    const file = this.#files.get(who);
    if (!file) return;
    this.#files.delete(who);
    this.#bytes -= file.bytes;
    erase(file.path);
  }

  #shrink(): void {
    for (const who of this.#files.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#files.size <= MAX_FILES) return;
      this.#drop(who);
    }
  }
}
