import type { MessageView } from '../../../shared/domain.ts';

/**
 * Recalls asked for that the core has not shown yet, per channel: what it read before it knew must not bring the words
 * back. Message keys only.
 */
export class AskedRecalls {
  readonly #keys = new Map<string, Set<string>>();

  add(channelKey: string, messageKey: string): void {
    this.#keys.set(channelKey, (this.#keys.get(channelKey) ?? new Set()).add(messageKey));
  }

  /** The core did not take it; false if the recall has shown meanwhile. */
  withdraw(channelKey: string, messageKey: string): boolean {
    return this.#keys.get(channelKey)?.delete(messageKey) ?? false;
  }

  forget(channelKey: string): void {
    this.#keys.delete(channelKey);
  }

  /**
   * The messages as they are shown: those whose recall was asked for as pending, until the core reports on it.
   */
  shown(channelKey: string, messages: readonly MessageView[]): MessageView[] {
    const waiting = this.#keys.get(channelKey);
    if (!waiting) return [...messages];
    return messages.map((message) => {
      if (!waiting.has(message.key)) return message;
      if (message.recall === null) return { ...message, recall: { state: 'pending' } };
      waiting.delete(message.key);
      if (waiting.size === 0) this.#keys.delete(channelKey);
      return message;
    });
  }
}
