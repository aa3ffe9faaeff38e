import {
  decodePacket,
  encodePacket,
  LATEST_VERSION,
  PacketReader,
  WireError,
} from '../../shared/wire/codec.ts';
import { stackOf } from '../../shared/errors.ts';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  sendMsgKey,
  type SessionKeys,
  sharedSecret,
} from '../../shared/wire/crypto.ts';
import {
  type ConnectPacket,
  type Packet,
  type PacketFlags,
  PacketType,
  ReasonCode,
  type RecvackPacket,
  type SendPacket,
} from '../../shared/wire/packets.ts';
import { isCmdChannelId, isPlainId } from './channel-ids.ts';
import type { MessagePipeline, SendResult } from './message-pipeline.ts';
import type { ImLimits, ImTimings, Log } from './options.ts';
import { ReadThrottle } from './read-throttle.ts';
import { recvPacket } from './recv-packet.ts';
import { randomSalt } from './salt.ts';
import { MessageFlag, type StoredMessage } from './store/message-store.ts';
import type { Transport } from './transport.ts';
import { UnackedList } from './unacked-list.ts';

export interface Identity {
  uid: string;
  deviceFlag: number;
  deviceId: string;
  /** 1 master, 0 slave (wukongim.md B.6). */
  deviceLevel: number;
  /** Digest of the token it signed in with; null when the server asks for none. */
  token: Buffer | null;
}

/** A CONNECT that is allowed. */
export interface Admission {
  /** Level of the device. */
  level: number;
  /** Digest of the token it came with; null when none is asked for. */
  digest: Buffer | null;
}

/** What a connection asks of the server around it. */
export interface ConnectionHost {
  readonly timings: ImTimings;
  readonly limits: ImLimits;
  readonly nodeId: number;
  readonly pipeline: MessagePipeline;
  readonly log: Log;
  /** How the device may connect, or the reason why not. */
  authenticate(uid: string, deviceFlag: number, token: string): Admission | { reason: number };
  /** The connection is signed in: from now on it gets messages. */
  onSignedIn(connection: Connection, identity: Identity): void;
  onClosed(connection: Connection): void;
  /** A master device acknowledged CMDs of this channel up to `seq`. */
  onCmdAcknowledged(uid: string, channelId: string, channelType: number, seq: number): void;
  /** Hands a stored message to all devices of its recipients but `except`. */
  deliver(message: StoredMessage, recipients: Iterable<string>, except: Connection | null): void;
}

type State = 'new' | 'online' | 'leaving' | 'closed';

let lastConnectionId = 0;

/** One client connection, from its first byte to its last, over either transport. */
export class Connection {
  readonly id = ++lastConnectionId;
  readonly openedAt = Date.now();
  #state: State = 'new';
  #identity: Identity | null = null;
  #keys: SessionKeys | null = null;
  #version = LATEST_VERSION;
  readonly #reader = new PacketReader();
  readonly #transport: Transport;
  readonly #host: ConnectionHost;
  #lastByteAt = Date.now();
  #closeTimer: NodeJS.Timeout | null = null;
  readonly #unacked: UnackedList;
  readonly #throttle: ReadThrottle;

  constructor(transport: Transport, host: ConnectionHost) {
    this.#transport = transport;
    this.#host = host;
    this.#throttle = new ReadThrottle(host.limits, transport);
    this.#unacked = new UnackedList({ ...host.limits, redeliverAfterMs: host.timings.redeliverAfterMs });
  }

  get identity(): Identity | null {
    return this.#identity;
  }
  /** Signed in and not kicked. */
  get isOnline(): boolean {
    return this.#state === 'online';
  }

  #name(): string {
    return `${this.#transport.kind} connection ${this.id} (${this.#identity?.uid ?? this.#transport.remote})`;
  }

  // ---- incoming
  // ------------------------------------------------------------------------------------------------------

  /** Bytes from the socket, cut at will. Never throws. */
  onData(chunk: Uint8Array): void {
    if (this.#state === 'closed' || this.#state === 'leaving') return;
    this.#lastByteAt = Date.now();
    if (this.#state === 'new' && !this.#reader.isMidFrame && chunk.length > 0) {
      // Told by the first byte: garbage that announces a long packet must not be waited for.
      const type = (chunk[0] as number) >> 4;
      if (type !== PacketType.connect) {
        this.abort(`first packet has type ${type} instead of CONNECT`);
        return;
      }
    }
    let frames: Uint8Array[];
    let broken: WireError | null = null;
    try {
      frames = this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      frames = this.#reader.framesBeforeError;
      broken = error;
    }
    for (const frame of frames) {
      if (this.#state !== 'new' && this.#state !== 'online') return;
      try {
        this.#onPacket(decodePacket(frame, this.#version));
      } catch (error) {
        if (!(error instanceof WireError)) {
          this.#host.log('error', `${this.#name()}: ${stackOf(error)}`);
          this.#giveUp(frame);
          return;
        }
        // SUB and EVENT are well framed packets this server has no use for.
        if (error.code === 'unsupportedType' && this.#state === 'online') continue;
        this.abort(error.message);
        return;
      }
    }
    if (broken) this.abort(broken.message);
    else this.#throttle.take(frames.length);
  }

  /**
   * Ends the connection after an error of this server. A CONNECT gets its CONNACK even so: a close without one looks to
   * clients like a refused token (wukongim.md B.6).
   */
  #giveUp(frame: Uint8Array): void {
    if (this.#state === 'new') {
      const packet = decodePacket(frame, LATEST_VERSION);
      if (packet.type === 'connect') {
        this.#refuse(packet, ReasonCode.systemError, 'internal error');
        return;
      }
    }
    this.abort('internal error');
  }

  #onPacket(packet: Packet): void {
    if (this.#state === 'new') {
      if (packet.type === 'connect') this.#onConnect(packet);
      else this.abort(`first packet is ${packet.type.toUpperCase()} instead of CONNECT`);
      return;
    }
    switch (packet.type) {
      case 'send':
        this.#onSend(packet);
        break;
      case 'recvack':
        this.#onRecvack(packet);
        break;
      case 'ping':
        this.#send({ type: 'pong' });
        break;
      case 'disconnect':
        this.abort('client disconnected');
        break;
      default:
        this.abort(`unexpected ${packet.type.toUpperCase()}`);
    }
  }

  #onConnect(packet: ConnectPacket): void {
    const host = this.#host;
    this.#version = Math.min(packet.version, LATEST_VERSION);
    if (!isPlainId(packet.uid)) {
      this.#refuse(packet, ReasonCode.authFail, 'empty uid or one with @ # &');
      return;
    }
    const verdict = host.authenticate(packet.uid, packet.deviceFlag, packet.token);
    if ('reason' in verdict) {
      this.#refuse(packet, verdict.reason, `not allowed, reason ${verdict.reason}`);
      return;
    }
    const pair = createKeyPair();
    const salt = randomSalt();
    try {
      this.#keys = deriveSessionKeys(sharedSecret(pair.privateKey, packet.clientKey), salt);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#refuse(packet, ReasonCode.clientKeyIsEmpty, error.message);
      return;
    }
    this.#identity = {
      uid: packet.uid,
      deviceFlag: packet.deviceFlag,
      deviceId: packet.deviceId,
      deviceLevel: verdict.level,
      token: verdict.digest,
    };
    this.#state = 'online';
    this.#connack(packet, ReasonCode.success, pair.publicKeyBase64, salt);
    host.onSignedIn(this, this.#identity);
  }

  #connack(packet: ConnectPacket, reasonCode: number, serverKey: string, salt: string): void {
    this.#send({
      type: 'connack',
      serverVersion: this.#version > 3 ? this.#version : null,
      timeDiff: BigInt.asIntN(64, BigInt(Date.now()) - packet.clientTimestamp),
      reasonCode,
      serverKey,
      salt,
      nodeId: this.#version >= 4 ? BigInt(this.#host.nodeId) : null,
    });
  }

  /** Answers CONNECT with a reason and closes: a client then knows it need not try again. */
  #refuse(packet: ConnectPacket, reason: number, text: string): void {
    this.#connack(packet, reason, '', '');
    this.#host.log('info', `${this.#name()}: CONNECT refused: ${text}`);
    this.#leave(0);
  }

  #onSend(packet: SendPacket): void {
    const keys = this.#keys as SessionKeys;
    const { uid } = this.#identity as Identity;
    let payload: Buffer = Buffer.alloc(0);
    let refused: number | undefined;
    try {
      if (sendMsgKey(keys, packet) === packet.msgKey) payload = decryptPayload(keys, packet.payload);
      else refused = ReasonCode.payloadDecodeError;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      refused = ReasonCode.payloadDecodeError;
    }
    this.#throttle.sendStarted(payload.length);
    this.#host.pipeline.submit(
      {
        fromUid: uid,
        channelId: packet.channelId,
        channelType: packet.channelType,
        clientMsgNo: packet.clientMsgNo,
        flags: flagBits(packet.flags),
        setting: packet.setting,
        expire: packet.expire,
        topic: packet.topic,
        payload,
        byClient: true,
        ...(refused === undefined ? {} : { refused }),
      },
      (result) => this.#onStored(packet, payload.length, result),
    );
  }

  #onStored(packet: SendPacket, payloadBytes: number, result: SendResult): void {
    this.#throttle.sendEnded(payloadBytes);
    this.#send({
      type: 'sendack',
      flags: packet.flags,
      messageId: result.messageId,
      clientSeq: packet.clientSeq,
      messageSeq: result.seq,
      reasonCode: result.reason,
    });
    if (result.message) this.#host.deliver(result.message, result.recipients, this);
    this.#throttle.afterSend();
  }

  #onRecvack(packet: RecvackPacket): void {
    const message = this.#unacked.acknowledge(packet.messageId);
    const { uid, deviceLevel } = this.#identity as Identity;
    if (!message || deviceLevel !== 1 || !isCmdChannelId(message.channelId)) return;
    // An older CMD still on its way must stay in the user's offline list.
    const { channelId, channelType } = message;
    const taken = Math.min(message.seq, this.#unacked.lowestSeq(channelId, channelType) - 1);
    this.#host.onCmdAcknowledged(uid, channelId, channelType, taken);
  }

  // ---- outgoing
  // ------------------------------------------------------------------------------------------------------

  /** Sends a message as RECV; a persisted one is repeated until it is acknowledged. */
  deliver(message: StoredMessage): void {
    if (this.#state !== 'online') return;
    this.#sendRecv(message);
    if (message.seq > 0) this.#unacked.add(message, Date.now());
  }

  #sendRecv(message: StoredMessage): void {
    const keys = this.#keys as SessionKeys;
    const { uid } = this.#identity as Identity;
    this.#send(recvPacket(message, uid, keys));
  }

  #send(packet: Packet): void {
    if (this.#state === 'closed') return;
    this.#transport.send(encodePacket(packet, this.#version));
    if (this.#transport.bufferedBytes() > this.#host.limits.maxBufferedBytes) this.abort('reads too slowly');
  }

  /** Written to this connection and not yet taken by the network. */
  get bufferedBytes(): number {
    return this.#state === 'closed' ? 0 : this.#transport.bufferedBytes();
  }

  /** Drops erased messages from the redelivery list. */
  forget(messageIds: readonly bigint[]): void {
    this.#unacked.forget(messageIds);
  }

  // ---- time and end
  // --------------------------------------------------------------------------------------------------

  /** Timeouts and redelivery; called regularly. */
  tick(now: number): void {
    const { timings } = this.#host;
    if (this.#state === 'new' && now - this.openedAt >= timings.connectTimeoutMs) {
      // One turn later: a CONNECT that waits in the socket while this thread was busy still counts.
      setImmediate(() => {
        if (this.#state === 'new') this.abort('no CONNECT in time');
      });
    } else if (this.#state === 'online' && now - this.#lastByteAt >= timings.idleTimeoutMs) {
      this.abort('idle');
    } else if (this.#state === 'online') {
      for (const message of this.#unacked.takeDue(now)) {
        if (this.isOnline) this.#sendRecv(message);
      }
    }
  }

  /** DISCONNECT with a reason; the socket is closed a little later. */
  kick(reasonCode: number, reason: string): void {
    if (this.#state !== 'online') return;
    this.#send({ type: 'disconnect', reasonCode, reason });
    this.#host.log('info', `${this.#name()}: kicked: ${reason}`);
    this.#leave(this.#host.timings.kickCloseMs);
  }

  /** Stops the conversation; closes after `delayMs`, leaving the peer time to read the last packet. */
  #leave(delayMs: number): void {
    if (this.#state === 'closed' || this.#state === 'leaving') return;
    this.#state = 'leaving';
    this.#unacked.clear();
    this.#host.onClosed(this);
    if (delayMs === 0) this.#transport.close();
    else this.#closeTimer = setTimeout(() => this.#transport.close(), delayMs);
  }

  /** Cuts the connection with a logged reason. */
  abort(reason: string): void {
    if (this.#state === 'closed') return;
    this.#host.log('info', `${this.#name()}: closed: ${reason}`);
    this.#transport.destroy();
    this.onSocketClosed();
  }

  /** The socket is gone. */
  onSocketClosed(): void {
    if (this.#state === 'closed') return;
    const wasLeaving = this.#state === 'leaving';
    this.#state = 'closed';
    if (this.#closeTimer) clearTimeout(this.#closeTimer);
    this.#throttle.close();
    this.#unacked.clear();
    if (!wasLeaving) this.#host.onClosed(this);
  }
}

function flagBits(flags: PacketFlags): number {
  return (
    (flags.noPersist ? MessageFlag.noPersist : 0) |
    (flags.redDot ? MessageFlag.redDot : 0) |
    (flags.syncOnce ? MessageFlag.syncOnce : 0)
  );
}
