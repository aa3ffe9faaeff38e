/**
 * Pictures of people and groups (docs/media.md): asked for at the account's own server when somebody sees them, kept by
 * what they show, read again when the server says that they changed. What the server has no picture of is not asked for
 * again within the hour. Nothing here is content of a message.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { AvatarView } from '../../../shared/ipc/contract/avatars.ts';
import type { FromWorker } from '../../../shared/ipc/worker-protocol.ts';
import { imageTypeOf } from '../../../shared/pictures/picture-type.ts';
import { avatarPath } from '../api/avatar-calls.ts';
import type { DownloadAnswer, DownloadRequest } from '../api/file-download.ts';
import { TransferError } from '../api/file-transfer.ts';
import type { Log } from '../api/http.ts';
import { readPictureHeader } from '../media/picture-file.ts';
import { type AvatarFile, AvatarFiles, versionOf } from './avatar-files.ts';
import { AvatarRetries } from './avatar-retries.ts';

/** A picture of 72 px at most: more is a mistake or an attack. */
export const MAX_AVATAR_BYTES = 4 * 1024 * 1024;
/** Looked at in a list: a camera's picture has as many, and a hundred of them are not decoded at once. */
export const MAX_AVATAR_PIXELS = 16_000_000;
/** Decoded by the shell, while nothing else of it goes on. */
const MOST_FOR_NOTIFICATION = 1024 * 1024;
export const MISSING_FOR_MS = 60 * 60 * 1_000;
/** A change that was missed while this computer was away is seen after this time. */
export const FRESH_FOR_MS = 6 * 60 * 60 * 1_000;
const FAILED_FOR_MS = 30_000;
const AT_ONCE = 4;
/** Whoever scrolls through a list of thousands has seen the first ones long ago. */
const MAX_WAITING = 300;

export interface AvatarOptions {
  accountDir: string;
  api: { downloadFile: (request: DownloadRequest) => Promise<DownloadAnswer> };
  announce: (event: Extract<FromWorker, { kind: 'mediaToken' | 'mediaTokensDead' }>) => void;
  push: (avatars: AvatarView[]) => void;
  readOnly: () => boolean;
  log: Log;
  now?: () => number;
  maxBytes?: number;
}

interface Live {
  token: string;
  version: string;
}

export class Avatars {
  readonly #options: AvatarOptions;
  readonly #files: AvatarFiles;
  readonly #now: () => number;
  /** What the page has an address of, by channel key. */
  readonly #live = new Map<string, Live>();
  /** Not asked for before this time (ms): there is none, or it could not be had. */
  readonly #notBefore = new Map<string, { at: number; missing: boolean }>();
  /** Waiting ones, the newest last, and those that are on their way. */
  readonly #waiting = new Map<string, ChannelRef>();
  readonly #running = new Map<string, Promise<void>>();
  /** Changed once more while they were on their way. */
  readonly #again = new Set<string>();
  readonly #end = new AbortController();
  readonly #retries = new AvatarRetries((key) => {
    this.#notBefore.delete(key);
    this.#refresh(parseChannelKey(key));
  });

  constructor(options: AvatarOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#files = new AvatarFiles(options.accountDir, options.maxBytes);
    setMaxListeners(0, this.#end.signal);
  }

  get usage(): { files: number; bytes: number } {
    return this.#files.usage;
  }

  /** What is here, '' for the others: what has to be asked for arrives as a delta. */
  get(channels: readonly ChannelRef[]): Promise<AvatarView[]> {
    return Promise.all(channels.map(async (channel) => ({ channel, url: await this.#urlOf(channel) })));
  }

  /** The server says that this picture is another one. Only what somebody has looked at is read again. */
  changed(channel: ChannelRef): void {
    const key = channelKey(channel);
    const known = this.#notBefore.delete(key) || this.#live.has(key) || this.#files.get(channel) !== null;
    if (this.#running.has(key)) this.#again.add(key);
    else if (known) this.#refresh(channel);
  }

  /** What could not be had for want of a network is asked for again, whatever was tried since. */
  connected(): void {
    this.#retries.clear();
    for (const [key, { missing }] of this.#notBefore) {
      if (missing) continue;
      this.#notBefore.delete(key);
      this.#refresh(parseChannelKey(key));
    }
  }

  /** The picture on this computer, for a notification; null = none is here, or one that takes long to decode. */
  readonly pathOf = (channel: ChannelRef): string | null => {
    const file = this.#files.get(channel);
    return file && file.bytes <= MOST_FOR_NOTIFICATION ? file.path : null;
  };

  /** Erases what is kept; what is looked at is asked for again. */
  clear(): { files: number; bytes: number } {
    const before = this.#files.usage;
    this.#files.clear();
    this.#notBefore.clear();
    this.#retries.clear();
    const shown = [...this.#live.keys()].map(parseChannelKey);
    this.#voidAll();
    if (shown.length > 0) this.#options.push(shown.map((channel) => ({ channel, url: '' })));
    return before;
  }

  async close(): Promise<void> {
    this.#end.abort(new Error('the account is closing'));
    this.#waiting.clear();
    this.#retries.clear();
    await Promise.allSettled(this.#running.values());
    this.#voidAll();
  }

  async #urlOf(channel: ChannelRef): Promise<string> {
    const file = this.#files.get(channel);
    const age = file ? this.#now() - file.fetchedAtMs : Infinity;
    // (Either way: a clock that was ahead would keep an old picture until it is there again.)
    if (Math.abs(age) > FRESH_FOR_MS) this.#refresh(channel);
    if (!file) return '';
    const live = this.#live.get(channelKey(channel));
    return live?.version === file.version ? addressOf(live) : this.#show(channel, file);
  }

  /** Gives a file its address; '' for what is not to be decoded, which goes. */
  async #show(channel: ChannelRef, file: AvatarFile): Promise<string> {
    const key = channelKey(channel);
    const header = await readPictureHeader(file.path).catch(() => null);
    if (this.#end.signal.aborted || this.#files.get(channel)?.version !== file.version) return '';
    const pixels = (header?.width ?? 0) * (header?.height ?? 0);
    if (!header?.showable || pixels === 0 || pixels > MAX_AVATAR_PIXELS) {
      this.#files.drop(channel);
      this.#missing(key);
      return '';
    }
    const before = this.#live.get(key);
    if (before?.version === file.version) return addressOf(before);
    const live = { token: randomBytes(16).toString('hex'), version: file.version };
    this.#options.announce({
      kind: 'mediaToken',
      token: live.token,
      path: file.path,
      mime: header.type.mime,
    });
    this.#live.set(key, live);
    if (before) this.#options.announce({ kind: 'mediaTokensDead', tokens: [before.token] });
    return addressOf(live);
  }

  #refresh(channel: ChannelRef): void {
    const key = channelKey(channel);
    if (this.#end.signal.aborted || this.#running.has(key)) return;
    if ((this.#notBefore.get(key)?.at ?? 0) > this.#now()) return;
    this.#waiting.delete(key);
    this.#waiting.set(key, channel);
    // What was scrolled past longest ago is asked for again when it is seen again.
    for (const oldest of [...this.#waiting.keys()].slice(0, -MAX_WAITING)) this.#waiting.delete(oldest);
    this.#next();
  }

  #next(): void {
    while (this.#running.size < AT_ONCE) {
      // The newest is what is on the screen now.
      const [key, channel] = [...this.#waiting].at(-1) ?? [];
      if (key === undefined || channel === undefined) return;
      this.#waiting.delete(key);
      this.#running.set(key, this.#run(key, channel));
    }
  }

  async #run(key: string, channel: ChannelRef): Promise<void> {
    let isAnswered = true;
    try {
      await this.#fetch(channel);
    } catch (error) {
      isAnswered = this.#failed(channel, error);
    }
    this.#running.delete(key);
    if (this.#end.signal.aborted) return;
    if (isAnswered) this.#retries.answered(key);
    else this.#retries.failed(key);
    if (this.#again.delete(key)) {
      this.#notBefore.delete(key);
      this.#refresh(channel);
    }
    this.#next();
  }

  async #fetch(channel: ChannelRef): Promise<void> {
    const bytes = await this.#download(channel);
    if (!imageTypeOf(bytes)) throw new TransferError('refused', 'it is no picture');
    const key = channelKey(channel);
    this.#notBefore.delete(key);
    if (this.#options.readOnly() || this.#end.signal.aborted) return;
    if (this.#live.get(key)?.version === versionOf(bytes)) {
      this.#files.touch(channel);
      return;
    }
    const url = await this.#show(channel, await this.#files.keep(channel, bytes));
    this.#options.push([{ channel, url }]);
  }

  async #download(channel: ChannelRef): Promise<Uint8Array> {
    const answer = await this.#options.api.downloadFile({
      // Caches on the way would show the former one for as long as they like.
      url: `${avatarPath(channel)}?v=${this.#now()}`,
      offset: 0,
      validator: null,
      maxBytes: MAX_AVATAR_BYTES,
      signal: this.#end.signal,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Whether the server has answered, that is: there is none. */
  #failed(channel: ChannelRef, error: unknown): boolean {
    if (this.#end.signal.aborted) return false;
    const key = channelKey(channel);
    if (error instanceof TransferError && error.reason !== 'network') {
      this.#missing(key);
      // What is none any more is not shown for ever.
      this.#files.drop(channel);
      const live = this.#live.get(key);
      if (!live) return true;
      this.#live.delete(key);
      this.#options.announce({ kind: 'mediaTokensDead', tokens: [live.token] });
      this.#options.push([{ channel, url: '' }]);
      return true;
    }
    this.#notBefore.set(key, { at: this.#now() + FAILED_FOR_MS, missing: false });
    this.#options.log('info', `a picture of somebody: ${reasonOf(error)}`);
    return false;
  }

  #missing(key: string): void {
    this.#notBefore.set(key, { at: this.#now() + MISSING_FOR_MS, missing: true });
  }

  #voidAll(): void {
    const tokens = [...this.#live.values()].map(({ token }) => token);
    this.#live.clear();
    if (tokens.length > 0) this.#options.announce({ kind: 'mediaTokensDead', tokens });
  }
}

const addressOf = ({ token }: Live): string => `app://wukong/media/${token}`;
