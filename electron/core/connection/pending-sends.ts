/**
 * SENDs that wait for their SENDACK: matched by clientSeq, watched by a timer, handed back when the connection ends.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import { ReasonCode, type SendackPacket } from '../../../shared/wire/packets.ts';
import { ConnectionLost, type ConnectionOptions, type SendOutcome } from './connection-api.ts';

interface PendingSend {
  channel: ChannelRef;
  resolve: (outcome: SendOutcome) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

export class PendingSends {
  readonly #options: Pick<ConnectionOptions, 'log' | 'onAcknowledged'>;
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, PendingSend>();

  constructor(options: Pick<ConnectionOptions, 'log' | 'onAcknowledged'>, timeoutMs: number) {
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The server's answer to the SEND of this clientSeq. `overdue` is called when none came in time and has to end the
   * connection, after which `rejectAll` rejects with `ConnectionLost`.
   */
  answerTo(clientSeq: number, channel: ChannelRef, overdue: (reason: string) => void): Promise<SendOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<SendOutcome>();
    const timer = setTimeout(() => {
      // One turn later: an ack that waits in the socket while this thread was busy still counts.
      setImmediate(() => {
        if (this.#pending.has(clientSeq)) overdue(`no SENDACK within ${this.#timeoutMs} ms`);
      });
    }, this.#timeoutMs);
    this.#pending.set(clientSeq, { channel, resolve, reject, timer });
    return promise;
  }

  acknowledged(ack: SendackPacket): void {
    const pending = this.#pending.get(ack.clientSeq);
    if (!pending) {
      this.#options.log('warn', `SENDACK for unknown clientSeq ${ack.clientSeq} dropped`);
      return;
    }
    this.#pending.delete(ack.clientSeq);
    clearTimeout(pending.timer);
    pending.resolve({
      messageId: ack.messageId.toString(),
      messageSeq: ack.messageSeq,
      reasonCode: ack.reasonCode,
    });
    if (ack.reasonCode === ReasonCode.success)
      this.#options.onAcknowledged?.(pending.channel, ack.messageSeq);
  }

  rejectAll(reason: string): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new ConnectionLost(reason));
    }
    this.#pending.clear();
  }
}
