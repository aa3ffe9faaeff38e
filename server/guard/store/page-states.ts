/** What is known of the messages and sendings of one page, and how long that holds. */
import { type MessageState, type SendingKey, sendingKey } from './guard-store.ts';

/** How long "not recalled" is believed, ms: so late is a recall seen that went past all guards. */
export const BELIEVED_MS = 1_000;

/** A row of a page, with its channel in stored form. */
export interface RowKey extends SendingKey {
  messageId: string;
}

export interface PageStates {
  /** Of nothing that was asked about anything is known. */
  nothing: boolean;
  /** Null when nothing is known to have become of it. */
  of(messageId: string): MessageState | null;
  /** The recalled message of which this sending is another stored copy. */
  copy(key: SendingKey): MessageState | null;
}

/** States of which it is known how long they hold. */
export interface HeldStates extends PageStates {
  /** Until then what was not recalled is believed not to be, ms; a recall that becomes known ends it sooner. */
  until: number;
}

export class FoundStates implements HeldStates {
  until = Number.POSITIVE_INFINITY;
  readonly #messages = new Map<string, MessageState>();
  readonly #sendings = new Map<string, MessageState>();
  /** The same by the rows that were asked about: the key of one is made once. */
  readonly #rows = new Map<SendingKey, MessageState>();
  /** When the channel that was looked at last was asked about and had no recalls, ms. */
  none = { channel: '', at: Number.NEGATIVE_INFINITY };
  /** The client numbers of these sendings. */
  readonly #numbers = new Set<string>();

  get nothing(): boolean {
    return this.#messages.size === 0 && this.#sendings.size === 0;
  }

  /** Something is used that was asked about then, ms. */
  asked(at: number): void {
    if (at + BELIEVED_MS < this.until) this.until = at + BELIEVED_MS;
  }

  addMessage(state: MessageState): void {
    this.#messages.set(state.messageId, state);
  }

  addSending(sending: SendingKey, state: MessageState): void {
    this.#numbers.add(sending.clientMsgNo);
    this.#sendings.set(sendingKey(sending), state);
    this.#rows.set(sending, state);
  }

  of(messageId: string): MessageState | null {
    return this.#messages.size === 0 ? null : (this.#messages.get(messageId) ?? null);
  }

  copy(sending: SendingKey): MessageState | null {
    if (sending.clientMsgNo === '' || !this.#numbers.has(sending.clientMsgNo)) return null;
    return this.#rows.get(sending) ?? this.#sendings.get(sendingKey(sending)) ?? null;
  }
}
