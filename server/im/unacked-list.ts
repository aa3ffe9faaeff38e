import type { StoredMessage } from './store/message-store.ts';

interface Unacked {
  message: StoredMessage;
  deliveries: number;
  dueAt: number;
}

export interface RedeliveryRules {
  redeliverAfterMs: number;
  /** In all, the first one included. */
  maxDeliveries: number;
  /** Above it the oldest are forgotten. */
  maxUnacked: number;
}

/** Persisted RECVs of one connection without RECVACK, oldest due first (wukongim.md B.6). */
export class UnackedList {
  readonly #rules: RedeliveryRules;
  readonly #list = new Map<bigint, Unacked>();

  constructor(rules: RedeliveryRules) {
    this.#rules = rules;
  }

  /** Notes a first delivery. */
  add(message: StoredMessage, now: number): void {
    if (this.#list.size >= this.#rules.maxUnacked) {
      const oldest = this.#list.keys().next();
      if (!oldest.done) this.#list.delete(oldest.value);
    }
    this.#list.set(message.messageId, { message, deliveries: 1, dueAt: now + this.#rules.redeliverAfterMs });
  }

  /** The message was acknowledged; null when it was not waiting. */
  acknowledge(messageId: bigint): StoredMessage | null {
    const message = this.#list.get(messageId)?.message ?? null;
    this.#list.delete(messageId);
    return message;
  }

  /** Smallest seq of this channel that still waits; Infinity when none does. */
  lowestSeq(channelId: string, channelType: number): number {
    let lowest = Infinity;
    for (const { message } of this.#list.values()) {
      if (message.channelId === channelId && message.channelType === channelType) {
        lowest = Math.min(lowest, message.seq);
      }
    }
    return lowest;
  }

  /** Messages to send again now; those that were sent often enough are forgotten. */
  takeDue(now: number): StoredMessage[] {
    const due: Unacked[] = [];
    for (const unacked of this.#list.values()) {
      if (unacked.dueAt > now) break;
      due.push(unacked);
    }
    const again: StoredMessage[] = [];
    for (const unacked of due) {
      this.#list.delete(unacked.message.messageId);
      if (unacked.deliveries >= this.#rules.maxDeliveries) continue;
      unacked.deliveries++;
      unacked.dueAt = now + this.#rules.redeliverAfterMs;
      this.#list.set(unacked.message.messageId, unacked);
      again.push(unacked.message);
    }
    return again;
  }

  forget(messageIds: readonly bigint[]): void {
    for (const id of messageIds) this.#list.delete(id);
  }

  clear(): void {
    this.#list.clear();
  }
}
