/** What a channel in a window needs beside its new messages: who is in it, and whether the cache is still right. */
import { channelKey, type ChannelRef, ChannelType } from '../../../shared/domain.ts';
import type { Directory } from './directory.ts';
import { inParallel, type OptionalStep } from './steps.ts';
import type { SyncContext } from './sync-context.ts';
import type { HistoryVerifier } from './verify-history.ts';

/** Newest rows compared with the cache when a channel is opened, after each connection and this long. */
export const VERIFIED_ROWS = 50;
const VERIFIED_FOR_MS = 30_000;

export interface OpenedChannelsParts {
  directory: Directory;
  verifier: HistoryVerifier;
  optional: OptionalStep;
}

export class OpenedChannels {
  readonly #context: SyncContext;
  readonly #parts: OpenedChannelsParts;
  /** When channels were compared with the server (`performance.now()`), since the connection came up. */
  readonly #verified = new Map<string, number>();

  constructor(context: SyncContext, parts: OpenedChannelsParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** A connection came up: what was compared before it has to be compared again. */
  connected(): void {
    this.#verified.clear();
  }

  isOpen(channel: ChannelRef): boolean {
    const key = channelKey(channel);
    return this.#context.openChannels().some((open) => channelKey(open) === key);
  }

  async refresh(channel: ChannelRef): Promise<void> {
    const { directory, optional, verifier } = this.#parts;
    let known = false;
    const info = optional('channel info', async () => {
      await directory.refreshChannel(channel);
      known = true;
    });
    const members =
      channel.channelType === ChannelType.group
        ? optional('members', () => directory.refreshMembers(channel.channelId))
        : Promise.resolve();
    await inParallel([info, members]);
    const key = channelKey(channel);
    // Unless it is known that I am still in it, an empty answer would say nothing.
    const ago = performance.now() - (this.#verified.get(key) ?? Number.NEGATIVE_INFINITY);
    if (!known || ago < VERIFIED_FOR_MS || !this.isOpen(channel)) return;
    this.#verified.set(key, performance.now());
    await optional('verification', async () => {
      try {
        await verifier.verifyNewest(channel, VERIFIED_ROWS);
      } catch (error) {
        this.#verified.delete(key);
        throw error;
      }
    });
  }
}
