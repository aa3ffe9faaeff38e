import { channelKey, type ChannelRef } from '../../../shared/domain.ts';

const MOST_KEPT = 1_000;

/**
 * People and chats of which something was said, or taken by the server, while answers about them were on their way:
 * for them those answers are too old. (Members, extras, reminders, drafts and reactions have versions of their own.)
 */
export class Told {
  #count = 0;
  readonly #at = new Map<string, number>();

  tell(channel: ChannelRef): void {
    const key = channelKey(channel);
    this.#count += 1;
    this.#at.delete(key);
    this.#at.set(key, this.#count);
    const [oldest] = this.#at.keys();
    if (this.#at.size > MOST_KEPT && oldest !== undefined) this.#at.delete(oldest);
  }

  /** A question is asked now. Says of which channels its answer is too old, once it is there. */
  ask(): (channel: ChannelRef) => boolean {
    const asked = this.#count;
    return (channel) => (this.#at.get(channelKey(channel)) ?? 0) > asked;
  }
}
