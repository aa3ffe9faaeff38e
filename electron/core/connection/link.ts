/**
 * One attempt at one transport: stands in for the SDK's WebSocket. Inward it cuts the stream and hands the SDK exactly
 * one whole, known packet at a time (faults 1, 2, 4); outward it lets nothing but CONNECT pass before CONNACK (5, 6,
 * 10: what the SDK would write then is encrypted with the previous session's key). It holds all watchdogs of the
 * connection: opening, CONNACK, PING.
 */
import { PacketType } from '../../../shared/wire/packets.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { FrameCutter } from './frame-cutter.ts';
import type { SdkSocket } from './sdk-seams.ts';
import { type Dial, openTransport, type Transport, type TransportAddress } from './transport.ts';
import type { ConnectionTuning } from './tuning.ts';

export interface LinkEnd {
  reason: string;
  /** CONNECT was written but no CONNACK came. Time from CONNECT to the end; null when CONNECT was not written. */
  waitedForConnackMs: number | null;
  /** The server took its time after CONNECT and then closed: what a real one does with a token it refuses. */
  looksRefused: boolean;
  /** The server closed (not one of our watchdogs). */
  byServer: boolean;
  certificateError: boolean;
  /** The proxy that stood in the way, if one did. */
  proxy: ProxyFault | null;
}

export interface LinkHandlers {
  /** Runs the SDK's callbacks; see `SeamedSdk.run`. */
  run: (action: () => void) => void;
  /** Exactly once, unless `close` was called first. */
  ended: (end: LinkEnd) => void;
  pong: (roundTripMs: number) => void;
  /** A RECV, past the SDK; default: to it, as any other packet. */
  recv?: (frame: Uint8Array) => void;
  /** An EVENT, which the SDK does not know (fault 4). */
  event: (frame: Uint8Array) => void;
  sendack: (frame: Uint8Array) => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** Default: a plain connection. */
  dial?: Dial | undefined;
}

/** Answers the server does not take: above it nothing is read that would make more of them. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** Between two PINGs a large packet on a bad line grows by more than this. */
const MIN_GROWTH_BYTES = 16 * 1024;

interface Came {
  reads: number;
  bytes: number;
  /** Whole ones. */
  packets: number;
}

const PING = Uint8Array.of(PacketType.ping << 4);

export class Link implements SdkSocket {
  binaryType = 'arraybuffer';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: Uint8Array }) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;

  readonly #handlers: LinkHandlers;
  readonly #tuning: ConnectionTuning;
  readonly #cutter: FrameCutter;
  #transport: Transport | null = null;
  #phase: 'opening' | 'handshake' | 'ready' | 'ended' = 'opening';
  #timer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #connectWrittenAt: number | null = null;
  #refusalTimer: NodeJS.Timeout | undefined;
  /** `refusalMinMs` went by after CONNECT without a close in the socket. */
  #waitedLong = false;
  #pingWrittenAt: number | null = null;
  /** When the newest PING was written that a PONG has answered. */
  #answeredPingAt = -Infinity;
  /** One more PING when the one under way is answered. */
  #askAgain = false;
  /** What came so far, for the watchdogs; `atPing`: when the last PING was written. */
  readonly #came: Came = { reads: 0, bytes: 0, packets: 0 };
  #atPing: Readonly<Came> = this.#came;
  /** The receiver has as much as it may hold. */
  #held = false;
  #reading = true;

  constructor(handlers: LinkHandlers, tuning: ConnectionTuning) {
    this.#handlers = handlers;
    this.#tuning = tuning;
    this.#cutter = new FrameCutter({
      frame: (frame) => this.#frame(frame),
      dropped: (note) => handlers.log('warn', `dropped: ${note}`),
    });
  }

  open(address: TransportAddress): void {
    this.#arm(this.#tuning.openTimeoutMs, 'not open in time');
    try {
      this.#transport = openTransport(
        address,
        {
          open: () => this.#opened(),
          data: (chunk) => this.#data(chunk),
          drained: () => this.#setReading(),
          close: ({ reason, certificateError, proxy }) =>
            this.#end(reason, { byServer: proxy === null, certificateError, proxy }),
        },
        this.#tuning.openTimeoutMs,
        this.#handlers.dial,
      );
    } catch (error) {
      // Later, as a failed connection would be: the caller is still setting up.
      const reason = reasonOf(error);
      queueMicrotask(() => this.#end(reason));
    }
  }

  /** CONNACK with success: everything may be written now, and the PING rhythm begins. */
  ready(): void {
    if (this.#phase !== 'handshake') return;
    this.#phase = 'ready';
    clearTimeout(this.#timer);
    clearTimeout(this.#refusalTimer);
    this.#timer = setInterval(() => this.ping(), this.#tuning.pingIntervalMs);
  }

  /** Asks for a sign of life; the link ends when none comes. */
  ping(): void {
    if (this.#phase !== 'ready' || this.#pongTimer) return;
    if (this.#pingWrittenAt !== null && this.#isStuck()) {
      this.drop('bytes without a whole packet since the last PING');
      return;
    }
    const atPing = { ...this.#came };
    this.#atPing = atPing;
    this.#pingWrittenAt = performance.now();
    this.#transport?.write(PING);
    this.#pongTimer = setTimeout(() => {
      // One turn later: bytes that wait in the socket while this thread was busy count as an answer.
      setImmediate(() => {
        this.#pongTimer = undefined;
        if (this.#came.reads === atPing.reads)
          this.drop(`no byte within ${this.#tuning.pongTimeoutMs} ms of a PING`);
      });
    }, this.#tuning.pongTimeoutMs);
  }

  /** A PING that is written after everything written so far. */
  askNow(): void {
    if (this.#pongTimer) this.#askAgain = true;
    else this.ping();
  }

  /** A PING was answered that was written after `at`: the server reads in order, so it has read all before. */
  hasReadUpTo(at: number): boolean {
    return this.#answeredPingAt >= at;
  }

  #ponged(): void {
    if (this.#pingWrittenAt === null) return;
    this.#handlers.pong(performance.now() - this.#pingWrittenAt);
    this.#answeredPingAt = this.#pingWrittenAt;
    this.#pingWrittenAt = null;
    clearTimeout(this.#pongTimer);
    this.#pongTimer = undefined;
    if (!this.#askAgain) return;
    this.#askAgain = false;
    this.ping();
  }

  /**
   * The length of a packet that is not there swallows what really comes: a stream that has lost its framing. It looks
   * alive, and nothing arrives any more.
   */
  #isStuck(): boolean {
    const { bytes, packets } = this.#atPing;
    return this.#came.packets === packets && this.#came.bytes - bytes < MIN_GROWTH_BYTES;
  }

  /** One packet is written: RECVACK, or what the SDK makes. */
  send(data: Uint8Array): void {
    const type = (data[0] ?? 0) >> 4;
    if (this.#phase === 'ready') {
      this.#transport?.write(data, type === PacketType.recvack);
      this.#setReading();
    } else if (
      this.#phase === 'handshake' &&
      type === PacketType.connect &&
      this.#connectWrittenAt === null
    ) {
      this.#connectWrittenAt = performance.now();
      this.#arm(this.#tuning.connackTimeoutMs, 'no CONNACK in time');
      // In two halves: a close that came at once but waited for this busy thread is no refusal.
      const half = this.#tuning.refusalMinMs / 2;
      this.#refusalTimer = setTimeout(() => {
        this.#refusalTimer = setTimeout(() => (this.#waitedLong = true), half);
      }, half);
      this.#transport?.write(data);
    } else {
      this.#handlers.log('warn', `packet type ${type} not written: the connection is not ready`);
    }
  }

  /** On: nothing more is read until it is off again. The server's packets wait in the network, then at the server. */
  hold(on: boolean): void {
    this.#held = on;
    this.#setReading();
  }

  /** Ends in order, without a call to `ended`; also what the SDK calls. */
  close(): void {
    if (this.#phase === 'ended') return;
    this.#stop();
    this.#transport?.end();
  }

  /** One of our watchdogs, or somebody who knows better, declares the connection dead. */
  drop(reason: string): void {
    if (this.#phase === 'ended') return;
    this.#transport?.destroy();
    this.#end(reason);
  }

  #setReading(): void {
    const transport = this.#transport;
    if (!transport || this.#phase === 'ended') return;
    const reading = !this.#held && transport.unsentBytes() <= MAX_UNSENT_BYTES;
    if (reading === this.#reading) return;
    this.#reading = reading;
    transport.setReading(reading);
  }

  #opened(): void {
    if (this.#phase !== 'opening') return;
    this.#phase = 'handshake';
    this.#guard(() => this.#handlers.run(() => this.onopen?.()));
  }

  #data(chunk: Uint8Array): void {
    this.#came.reads += 1;
    this.#came.bytes += chunk.length;
    this.#guard(() => this.#cutter.push(chunk));
  }

  #frame(frame: Uint8Array): void {
    if (this.#phase === 'ended') return;
    this.#came.packets += 1;
    const type = (frame[0] as number) >> 4;
    if (type === PacketType.pong) {
      this.#ponged();
      return;
    }
    if (type === PacketType.ping) return;
    if (this.#phase === 'handshake' && type !== PacketType.connack && type !== PacketType.disconnect) {
      this.#handlers.log('warn', `packet type ${type} before CONNACK dropped`);
      return;
    }
    if (this.#phase === 'ready' && type === PacketType.connack) {
      this.#handlers.log('warn', 'second CONNACK dropped');
      return;
    }
    if (type === PacketType.connack || type === PacketType.disconnect) {
      // A handshake that cannot be completed cannot be used; #guard ends the link.
      this.#toSdk(frame);
      return;
    }
    try {
      const { event, recv, sendack } = this.#handlers;
      if (type === PacketType.recv && recv) recv(frame);
      else if (type === PacketType.event) event(frame);
      else if (type === PacketType.sendack) sendack(frame);
      else this.#toSdk(frame);
    } catch (error) {
      this.#handlers.log('warn', `packet type ${type} of ${frame.length} bytes dropped: ${reasonOf(error)}`);
    }
  }

  #toSdk(frame: Uint8Array): void {
    this.#handlers.run(() => this.onmessage?.({ data: frame }));
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.drop(reasonOf(error));
    }
  }

  #arm(ms: number, reason: string): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      // One turn later, as above: the answer may already wait in the socket.
      setImmediate(() => {
        if (this.#timer === timer) this.drop(reason);
      });
    }, ms);
    this.#timer = timer;
  }

  #stop(): void {
    this.#phase = 'ended';
    clearTimeout(this.#timer);
    clearTimeout(this.#pongTimer);
    clearTimeout(this.#refusalTimer);
  }

  #end(reason: string, info: Partial<Pick<LinkEnd, 'byServer' | 'certificateError' | 'proxy'>> = {}): void {
    if (this.#phase === 'ended') return;
    const waiting = this.#phase === 'handshake' && this.#connectWrittenAt !== null;
    const waitedForConnackMs = waiting ? performance.now() - (this.#connectWrittenAt as number) : null;
    this.#stop();
    this.#handlers.ended({
      reason,
      waitedForConnackMs,
      looksRefused: waiting && this.#waitedLong && info.byServer === true,
      byServer: info.byServer ?? false,
      certificateError: info.certificateError ?? false,
      proxy: info.proxy ?? null,
    });
  }
}
