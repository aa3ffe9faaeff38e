/**
 * From RECV packets to stored messages: verify, decrypt, validate, hand over as a batch, and only then acknowledge
 * (the SDK acknowledges first and loses what a crash interrupts, wukongim.md A.5 fault 15). A batch is what one turn of
 * the event loop brought; a flood gets so much of each turn, and timers and requests get the rest.
 */
import { isObject, MAX_PAYLOAD_DEPTH, withoutDeepFields } from '../../../shared/json.ts';
import { errorName } from '../../../shared/errors.ts';
import type { SessionKeys } from '../../../shared/wire/crypto.ts';
import { decryptTexts, recvMsgKeys } from '../../../shared/wire/crypto-batch.ts';
import type { RecvPacket } from '../../../shared/wire/packets.ts';
import { WireError } from '../../../shared/wire/wire-error.ts';
import type { ReceivedMessage } from './connection-api.ts';

/** Above this nothing more is read. */
export const MAX_WAITING_ACKS = 2_000;

/** So many failures of single messages mean that nothing can be stored now. */
const MAX_FAILURES = 3;

export interface ReceiverOptions<P extends { wire: RecvPacket }> {
  keys: () => SessionKeys;
  onMessages: (messages: ReceivedMessage[]) => void;
  acknowledge: (packet: P) => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** Messages in one batch, and in one turn, at most. */
  maxBatch: number;
  /** RECVACKs written in one turn at most. */
  acksPerTurn: () => number;
  /** Called when so much waits that nothing more should be read (true), and when half of it is gone (false). */
  onFull: (full: boolean) => void;
}

export class Receiver<P extends { wire: RecvPacket }> {
  readonly #options: ReceiverOptions<P>;
  /** Not opened yet. */
  #packets: P[] = [];
  /** Stored, RECVACK not yet written. */
  readonly #acks: P[] = [];
  #scheduled = false;
  /** A whole batch was stored in this turn. */
  #turnUsed = false;
  #full = false;

  constructor(options: ReceiverOptions<P>) {
    this.#options = options;
  }

  /** Nothing more should be read for now. */
  get isFull(): boolean {
    return this.#full;
  }

  /** Takes one RECV. Bad ones are logged (ids and sizes, never content) and do not disturb the others. */
  push(packet: P): void {
    this.#packets.push(packet);
    if (this.#packets.length >= this.#options.maxBatch) {
      this.flush();
      this.#endTurn();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      // Runs when everything has been taken apart that this turn has read.
      setImmediate(() => this.flush());
    }
  }

  /** Hands over what is there. Called by itself after each read; harmless when empty. */
  flush(): void {
    this.#scheduled = false;
    if (this.#packets.length === 0) return;
    const { packets, messages } = this.#open(this.#packets.splice(0));
    if (messages.length === 0) return;
    const stored = this.#store(packets, messages);
    for (const packet of stored) this.#acks.push(packet);
    if (stored.length > 0 && this.#acks.length === stored.length) this.#acknowledge();
    this.#lookIfFull();
  }

  /** Those that are from this server, and what they say. */
  #open(all: readonly P[]): { packets: P[]; messages: ReceivedMessage[] } {
    const { keys, log } = this.#options;
    const sessionKeys = keys();
    const wires = all.map(({ wire }) => wire);
    const ids = wires.map(({ messageId }) => messageId.toString());
    const msgKeys = recvMsgKeys(sessionKeys, wires, ids);
    const packets: P[] = [];
    const messages: ReceivedMessage[] = [];
    const texts = decryptTexts(
      sessionKeys,
      wires.map(({ payload }) => payload),
    );
    for (const [at, packet] of all.entries()) {
      const { wire } = packet;
      const messageId = ids[at] as string;
      if (msgKeys[at] !== wire.msgKey) {
        // Not from this server or damaged on the way: not acknowledged, so a good copy can still come.
        log('error', `RECV ${messageId}: wrong msgKey, dropped`);
        continue;
      }
      packets.push(packet);
      messages.push({
        channel: { channelId: wire.channelId, channelType: wire.channelType },
        messageId,
        messageSeq: wire.messageSeq,
        clientMsgNo: wire.clientMsgNo,
        fromUid: wire.fromUid,
        timestamp: wire.timestamp,
        expire: wire.expire,
        setting: wire.setting,
        noPersist: wire.flags.noPersist,
        redDot: wire.flags.redDot,
        syncOnce: wire.flags.syncOnce,
        payload: this.#payload(wire, texts[at] as string | WireError),
      });
    }
    return { packets, messages };
  }

  /** Nothing is read for the rest of this turn. */
  #endTurn(): void {
    if (this.#turnUsed) return;
    this.#turnUsed = true;
    this.#lookIfFull();
    setImmediate(() => {
      this.#turnUsed = false;
      this.#lookIfFull();
    });
  }

  #lookIfFull(): void {
    const most = this.#full ? MAX_WAITING_ACKS / 2 : MAX_WAITING_ACKS;
    const full = this.#turnUsed || this.#acks.length > most;
    if (full === this.#full) return;
    this.#full = full;
    this.#options.onFull(full);
  }

  /** What may be acknowledged. One message that cannot be stored does not keep the others of its batch from it. */
  #store(packets: readonly P[], messages: ReceivedMessage[]): readonly P[] {
    const { log, onMessages } = this.#options;
    const stored: P[] = [];
    let failed = '';
    try {
      onMessages(messages);
      return packets;
    } catch (error) {
      failed = errorName(error);
    }
    let failures = messages.length === 1 ? MAX_FAILURES : 0;
    for (const [index, message] of messages.entries()) {
      // The disk, not the message.
      if (failures >= MAX_FAILURES) break;
      try {
        onMessages([message]);
        stored.push(packets[index] as P);
      } catch {
        failures += 1;
      }
    }
    const left = messages.length - stored.length;
    log('error', `${left} messages could not be stored and are not acknowledged: ${failed}`);
    return stored;
  }

  #acknowledge(): void {
    const { acknowledge, acksPerTurn } = this.#options;
    for (const packet of this.#acks.splice(0, acksPerTurn())) acknowledge(packet);
    if (this.#acks.length > 0) setImmediate(() => this.#acknowledge());
    this.#lookIfFull();
  }

  #payload(packet: RecvPacket, text: string | WireError): Record<string, unknown> | null {
    const { log } = this.#options;
    let problem = 'no JSON object';
    try {
      if (text instanceof WireError) throw text;
      const value: unknown = JSON.parse(text);
      if (isObject(value)) {
        const payload = withoutDeepFields(value, MAX_PAYLOAD_DEPTH);
        if (payload !== value)
          log(
            'warn',
            `RECV ${packet.messageId}: fields nested more than ${MAX_PAYLOAD_DEPTH} levels deep are left out`,
          );
        return payload;
      }
    } catch (error) {
      // A SyntaxError's message quotes the text: only its kind may be logged.
      problem = error instanceof SyntaxError ? 'no JSON' : errorName(error);
    }
    log(
      'warn',
      `RECV ${packet.messageId}: payload of ${packet.payload.length} bytes is ${problem}, kept as unsupported`,
    );
    return null;
  }
}
