/** Read positions that were asked for here: the server tells all devices of one, also the one that asked. */
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';

/** The server tells of it within a moment, or nobody is there to be told. */
const TOLD_WITHIN_MS = 10_000;

export class OwnReadMarks {
  /** When, by chat and by how many were left unread; oldest first. */
  readonly #asked = new Map<string, number[]>();

  asked(channel: ChannelRef, unread: number, now = performance.now()): void {
    const key = keyOf(channel, unread);
    this.#asked.set(key, [...this.#waiting(key, now), now]);
  }

  /**
   * Whether "all but the newest `unread` are read" is what was asked for here. Once each: the same from another device
   * is news.
   */
  take(channel: ChannelRef, unread: number, now = performance.now()): boolean {
    const key = keyOf(channel, unread);
    const [first, ...rest] = this.#waiting(key, now);
    if (rest.length > 0) this.#asked.set(key, rest);
    else this.#asked.delete(key);
    return first !== undefined;
  }

  #waiting(key: string, now: number): number[] {
    return (this.#asked.get(key) ?? []).filter((at) => now - at < TOLD_WITHIN_MS);
  }
}

const keyOf = (channel: ChannelRef, unread: number): string => `${unread} ${channelKey(channel)}`;
