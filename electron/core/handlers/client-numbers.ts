/**
 * Numbers of new messages (`client_msg_no`): 32 random hex digits. The first twelve are those of the message before it
 * in the same chat, for a run of messages: the indexes of cache and outbox have the numbers of a run on one page, so
 * that a transaction does not write another page for each message. They say no more than that: no time, no device, and
 * other chats have other ones.
 */
import { randomUUID } from 'node:crypto';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';

/** Messages of a run at most. */
export const LONGEST_RUN = 64;
/** Chats whose run is remembered. */
const MOST_RUNS = 64;
const PREFIX = 12;

interface Run {
  prefix: string;
  left: number;
}

export class ClientNumbers {
  /** By channel key. */
  readonly #runs = new Map<string, Run>();

  next(channel: ChannelRef): string {
    const digits = randomUUID().replaceAll('-', '');
    const key = channelKey(channel);
    const run = this.#runs.get(key);
    if (run && run.left > 0) {
      run.left -= 1;
      return run.prefix + digits.slice(PREFIX);
    }
    if (this.#runs.size >= MOST_RUNS) this.#runs.clear();
    this.#runs.set(key, { prefix: digits.slice(0, PREFIX), left: LONGEST_RUN - 1 });
    return digits;
  }
}
