/**
 * The SDK's codec interface (`config.proto`) on shared/wire and node:crypto: the bytes are those of the SDK's own
 * codec (sdk-proto.test.ts compares them), without its size limit (wukongim.md A.5 fault 16) and many times faster.
 *
 * It speaks protocol version 5 where the SDK's own speaks 2: only from 3 on does a RECV carry `expire`, and 5 has no
 * stream fields, whose layout the SDK has wrong. Servers that know less announce their version in CONNACK.
 */
import Decoder from 'wukongimjssdk/lib/decoder';
import {
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  type IProto,
  type Packet,
  PingPacket,
  PongPacket,
  RecvackPacket,
  RecvPacket,
  SendackPacket,
  SendPacket,
  Setting,
} from 'wukongimjssdk/lib/proto';
import {
  decodePacket,
  encodePacket,
  FLAG_HAS_SERVER_VERSION,
  LATEST_VERSION,
  WireError,
} from '../../../shared/wire/codec.ts';
import { encryptPayload, sendMsgKey, type SessionKeys } from '../../../shared/wire/crypto.ts';
import type * as wire from '../../../shared/wire/packets.ts';
import { PacketType } from '../../../shared/wire/packets.ts';

export const CLIENT_PROTOCOL_VERSION = LATEST_VERSION;

/** Servers before version 4 do not announce their version in CONNACK. */
const VERSION_OF_SILENT_SERVER = 3;

/** The SDK's packet classes, each with the exact values (bigint ids, expire) the SDK has no field for. */
export class ConnackWithWire extends ConnackPacket {
  wire!: wire.ConnackPacket;
}
export class SendackWithWire extends SendackPacket {
  wire!: wire.SendackPacket;
}
export class RecvWithWire extends RecvPacket {
  wire!: wire.RecvPacket;
}

/** A SEND before it is encrypted. */
export interface SendFields {
  flags: wire.PacketFlags;
  /** As it goes over the wire; the SDK's class knows three of its bits. */
  setting: number;
  expire: number;
  clientSeq: number;
  clientMsgNo: string;
  channelId: string;
  channelType: number;
  topic: string;
  /** Plain bytes of the JSON payload. */
  payload: Uint8Array;
}

export interface ProtoSession {
  /** Replaces the device id that the SDK makes up anew for each connection (fault 18). */
  deviceId: () => string | null;
  keys: () => SessionKeys;
}

export class WireProto implements IProto {
  readonly #session: ProtoSession;
  /** What CONNECT asked for, and after CONNACK what was agreed on. */
  version = CLIENT_PROTOCOL_VERSION;

  constructor(session: ProtoSession) {
    this.#session = session;
  }

  /** @throws WireError badField or tooLong */
  encode(packet: Packet): Buffer {
    if (packet instanceof ConnectPacket) {
      this.version = packet.version;
      return encodePacket(
        {
          type: 'connect',
          version: packet.version,
          deviceFlag: packet.deviceFlag,
          deviceId: this.#session.deviceId() ?? packet.deviceID,
          uid: packet.uid,
          token: packet.token,
          clientTimestamp: BigInt(packet.clientTimestamp),
          clientKey: packet.clientKey,
        },
        this.version,
      );
    }
    if (packet instanceof SendPacket) {
      return this.encodeSend({
        flags: flagsOf(packet),
        setting: packet.setting.toUint8(),
        expire: 0,
        clientSeq: packet.clientSeq,
        clientMsgNo: packet.clientMsgNo,
        channelId: packet.channelID,
        channelType: packet.channelType,
        topic: packet.topic ?? '',
        payload: packet.payload,
      });
    }
    if (packet instanceof RecvackPacket) {
      return encodePacket(
        {
          type: 'recvack',
          flags: flagsOf(packet),
          messageId: BigInt(packet.messageID),
          messageSeq: packet.messageSeq,
        },
        this.version,
      );
    }
    if (packet instanceof PingPacket) return encodePacket({ type: 'ping' }, this.version);
    if (packet instanceof PongPacket) return encodePacket({ type: 'pong' }, this.version);
    throw new WireError('unsupportedType', `the client never writes packet type ${packet.packetType}`);
  }

  /** @throws WireError badField or tooLong */
  encodeSend(plain: SendFields): Buffer {
    const keys = this.#session.keys();
    const fields = { ...plain, payload: encryptPayload(keys, plain.payload) };
    return encodePacket({ ...fields, type: 'send', msgKey: sendMsgKey(keys, fields) }, this.version);
  }

  /** @throws WireError naming packet and field */
  decodeSendack(frame: Uint8Array): wire.SendackPacket {
    const packet = decodePacket(frame, this.version);
    if (packet.type !== 'sendack') throw new WireError('unsupportedType', `${packet.type} is no SENDACK`);
    return packet;
  }

  /** @throws WireError naming packet and field */
  decode(frame: Uint8Array): Packet {
    const head = frame[0] ?? 0;
    const isConnack = head >> 4 === PacketType.connack;
    const announced = isConnack && (head & FLAG_HAS_SERVER_VERSION) !== 0;
    const packet = decodePacket(frame, isConnack && !announced ? VERSION_OF_SILENT_SERVER : this.version);
    switch (packet.type) {
      case 'connack': {
        this.version = Math.min(this.version, packet.serverVersion ?? VERSION_OF_SILENT_SERVER);
        const p = new ConnackWithWire();
        p.wire = packet;
        p.timeDiff = int64(packet.timeDiff);
        p.reasonCode = packet.reasonCode;
        p.serverKey = packet.serverKey;
        p.salt = packet.salt;
        return p;
      }
      case 'recv': {
        const p = withWire(new RecvWithWire(), packet);
        p.setting = Setting.fromUint8(packet.setting);
        p.msgKey = packet.msgKey;
        p.fromUID = packet.fromUid;
        p.channelID = packet.channelId;
        p.channelType = packet.channelType;
        p.clientMsgNo = packet.clientMsgNo;
        p.messageID = packet.messageId.toString();
        p.messageSeq = packet.messageSeq;
        p.timestamp = packet.timestamp;
        p.topic = packet.topic;
        p.payload = packet.payload;
        return p;
      }
      case 'sendack': {
        const p = withWire(new SendackWithWire(), packet);
        p.messageID = int64(packet.messageId);
        p.clientSeq = packet.clientSeq;
        p.messageSeq = packet.messageSeq;
        p.reasonCode = packet.reasonCode;
        return p;
      }
      case 'disconnect': {
        const p = new DisconnectPacket();
        p.reasonCode = packet.reasonCode;
        p.reason = packet.reason;
        return p;
      }
      case 'ping':
        return new PingPacket();
      case 'pong':
        return new PongPacket();
      default:
        throw new WireError('unsupportedType', `a server never writes ${packet.type.toUpperCase()}`);
    }
  }
}

function flagsOf(packet: Packet): wire.PacketFlags {
  return {
    noPersist: isSet(packet.noPersist),
    redDot: isSet(packet.reddot),
    syncOnce: isSet(packet.syncOnce),
    dup: isSet(packet.dup),
  };
}

/** Declared as booleans, but the SDK leaves the flags unset on packets it makes. */
function isSet(flag: boolean | undefined): boolean {
  return flag === true;
}

/** The SDK's packet with the exact values and the flags of ours. */
function withWire<W extends { flags: wire.PacketFlags }, P extends Packet & { wire: W }>(
  packet: P,
  exact: W,
): P {
  packet.wire = exact;
  packet.noPersist = exact.flags.noPersist;
  packet.reddot = exact.flags.redDot;
  packet.syncOnce = exact.flags.syncOnce;
  packet.dup = exact.flags.dup;
  return packet;
}

/** The SDK's own number class for an int64 (unsigned, as it reads all of them). */
function int64(value: bigint): ReturnType<Decoder['readInt64']> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return new Decoder(bytes).readInt64();
}
