/**
 * SENDs that wait for their SENDACK: matched by clientSeq, watched by a timer, handed back when the connection
 * ends or the server does not answer.
 */
import type { ChannelRef } from '../../../shared/domain.ts';
import { ReasonCode, type SendackPacket } from '../../../shared/wire/packets.ts';
import {
  ConnectionLost,
  type ConnectionOptions,
  type SendOutcome,
  SendUnanswered,
} from './connection-api.ts';

interface PendingSend {
  channel: ChannelRef;
  resolve: (outcome: SendOutcome) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** The connection that a SEND was written to. */
export interface Line {
  /** Asks the server for a sign that it has read everything written so far. */
  askNow: () => void;
  /** Whether such a sign came for something written at `at` (performance.now()). */
  hasReadUpTo: (at: number) => boolean;
  /** It is dead. */
  drop: (reason: string) => void;
}

/** A living connection that answers no SEND for so many times the limit is left for another one. */
const PATIENCE = 5;

export class PendingSends {
  readonly #options: Pick<ConnectionOptions, 'log' | 'onAcknowledged'>;
  readonly #timeoutMs: number;
  readonly #replace: (reason: string) => void;
  readonly #pending = new Map<number, PendingSend>();
  /** When the first SEND was written that a living connection did not answer, none having been answered since. */
  #silentSince: number | null = null;

  /** `replace`: the connection lives, and has answered no SEND for too long. */
  constructor(
    options: Pick<ConnectionOptions, 'log' | 'onAcknowledged'>,
    timeoutMs: number,
    replace: (reason: string) => void,
  ) {
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#replace = replace;
  }

  /**
   * The server's answer to the SEND of this clientSeq, which was just written to `line`. When none comes in time it
   * depends on whether the line lives: a dead one is dropped, after which `rejectAll` rejects with `ConnectionLost`.
   */
  answerTo(clientSeq: number, channel: ChannelRef, line: Line): Promise<SendOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<SendOutcome>();
    const sentAt = performance.now();
    const half = this.#timeoutMs / 2;
    const ask = (): void => {
      line.askNow();
      pending.timer = setTimeout(() => {
        // One turn later: an ack that waits in the socket while this thread was busy still counts.
        setImmediate(() => this.#overdue(clientSeq, sentAt, line));
      }, half);
    };
    const pending: PendingSend = { channel, resolve, reject, timer: setTimeout(ask, half) };
    this.#pending.set(clientSeq, pending);
    return promise;
  }

  #overdue(clientSeq: number, sentAt: number, line: Line): void {
    const pending = this.#pending.get(clientSeq);
    if (!pending) return;
    const reason = `no SENDACK within ${this.#timeoutMs} ms`;
    if (!line.hasReadUpTo(sentAt)) {
      line.drop(reason);
      return;
    }
    this.#silentSince ??= sentAt;
    if (performance.now() - this.#silentSince >= PATIENCE * this.#timeoutMs) {
      this.#replace(reason);
      return;
    }
    this.#pending.delete(clientSeq);
    pending.reject(new SendUnanswered(reason));
  }

  acknowledged(ack: SendackPacket): void {
    this.#silentSince = null;
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
    this.#silentSince = null;
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new ConnectionLost(reason));
    }
    this.#pending.clear();
  }
}
