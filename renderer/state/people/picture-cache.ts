/**
 * Pictures that tiles show: asked for in one call a frame, made small once (an animation stands still on its first
 * frame), and kept as bytes of a few KiB each. What nobody looks at goes when there are too many.
 */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type { AvatarView } from '../../../shared/ipc/contract/avatars.ts';

/** More than any list has on screen and around it. */
export const MAX_PICTURES = 400;
/** What is not there is asked for again after this time, when it is seen. The core knows what it may ask the server. */
export const ASK_AGAIN_MS = 60_000;
const ASKED_AT_ONCE = 500;
const MADE_AT_ONCE = 4;

export interface PictureCacheParts {
  /** null: nobody can be asked now. */
  ask: (channels: ChannelRef[]) => Promise<AvatarView[] | null>;
  /** A small picture of what is at this address, as an address of its own. */
  makeSmall: (url: string) => Promise<string>;
  release: (small: string) => void;
  soon: (run: () => void) => void;
  now: () => number;
}

interface Entry {
  channel: ChannelRef;
  /** What `small` was made of; '' = the core has none. */
  url: string;
  small: string;
  askedAtMs: number;
  /** How often something became of it without an answer: an answer that was asked for before is too old. */
  news: number;
  watchers: Set<() => void>;
}

export class PictureCache {
  readonly #parts: PictureCacheParts;
  /** By channel key; the one that was looked at last at the end. */
  readonly #entries = new Map<string, Entry>();
  readonly #wanted = new Map<string, ChannelRef>();
  readonly #toMake: (() => Promise<void>)[] = [];
  #making = 0;

  constructor(parts: PictureCacheParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(channel: ChannelRef): string {
    return this.#entries.get(channelKey(channel))?.small ?? '';
  }

  watch(channel: ChannelRef, onChange: () => void): () => void {
    const key = channelKey(channel);
    const entry = this.#entries.get(key) ?? {
      channel,
      url: '',
      small: '',
      askedAtMs: Number.NEGATIVE_INFINITY,
      news: 0,
      watchers: new Set(),
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.watchers.add(onChange);
    const sinceAsked = this.#parts.now() - entry.askedAtMs;
    if (entry.small === '' && !(sinceAsked >= 0 && sinceAsked < ASK_AGAIN_MS)) this.#want(key, entry);
    return () => {
      entry.watchers.delete(onChange);
      this.#shrink();
    };
  }

  /** What the core says without being asked. */
  take(views: readonly AvatarView[]): void {
    for (const { channel, url } of views) {
      const entry = this.#entries.get(channelKey(channel));
      if (!entry) continue;
      entry.news += 1;
      this.#set(entry, url);
    }
  }

  #set(entry: Entry, url: string): void {
    if (entry.url === url) return;
    entry.url = url;
    if (url === '') this.#show(entry, '');
    else this.#make(entry, url);
  }

  /** Another account, or none: nothing of the last one stays. */
  clear(): void {
    this.#wanted.clear();
    this.#toMake.length = 0;
    for (const [key, entry] of this.#entries) {
      entry.url = '';
      entry.news += 1;
      entry.askedAtMs = Number.NEGATIVE_INFINITY;
      this.#show(entry, '');
      if (entry.watchers.size === 0) this.#entries.delete(key);
    }
  }

  /** Asks for everything that is being looked at and not here: an account was opened. */
  askAll(): void {
    for (const [key, entry] of this.#entries)
      if (entry.watchers.size > 0 && entry.small === '') this.#want(key, entry);
  }

  #want(key: string, entry: Entry): void {
    entry.askedAtMs = this.#parts.now();
    const isFirst = this.#wanted.size === 0;
    this.#wanted.set(key, entry.channel);
    if (isFirst) this.#parts.soon(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    const channels = [...this.#wanted.values()];
    this.#wanted.clear();
    for (let at = 0; at < channels.length; at += ASKED_AT_ONCE) {
      const some = channels.slice(at, at + ASKED_AT_ONCE);
      const newsOf = (channel: ChannelRef): number | undefined =>
        this.#entries.get(channelKey(channel))?.news;
      const before = new Map(some.map((channel) => [channelKey(channel), newsOf(channel)]));
      try {
        const views = await this.#parts.ask(some);
        if (!views) this.#notAsked(some);
        for (const { channel, url } of views ?? []) {
          const entry = this.#entries.get(channelKey(channel));
          // "None is here" may be older than the picture, which came while others of the same question were looked for.
          if (entry && entry.news === before.get(channelKey(channel))) this.#set(entry, url);
        }
      } catch {
        this.#notAsked(some);
      }
    }
  }

  #notAsked(channels: readonly ChannelRef[]): void {
    for (const channel of channels) {
      const entry = this.#entries.get(channelKey(channel));
      if (entry) entry.askedAtMs = Number.NEGATIVE_INFINITY;
    }
  }

  #make(entry: Entry, url: string): void {
    this.#toMake.push(async () => {
      if (entry.url !== url) return;
      const small = await this.#parts.makeSmall(url).catch(() => '');
      // Meanwhile there may be another one, or another account.
      if (entry.url === url) this.#show(entry, small);
      else if (small !== '') this.#parts.release(small);
    });
    this.#nextMade();
  }

  #nextMade(): void {
    while (this.#making < MADE_AT_ONCE) {
      const make = this.#toMake.shift();
      if (!make) return;
      this.#making += 1;
      void make().finally(() => {
        this.#making -= 1;
        this.#nextMade();
      });
    }
  }

  #show(entry: Entry, small: string): void {
    const before = entry.small;
    if (before === small) return;
    entry.small = small;
    for (const onChange of entry.watchers) onChange();
    if (before !== '') this.#parts.release(before);
  }

  #shrink(): void {
    if (this.#entries.size <= MAX_PICTURES) return;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= MAX_PICTURES) return;
      if (entry.watchers.size > 0) continue;
      this.#entries.delete(key);
      entry.url = '';
      this.#show(entry, '');
    }
  }
}
