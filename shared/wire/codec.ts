/**
 * WuKongIM wire codec, protocol versions 2-5 (wukongim.md B.1, B.2): one frame <-> one packet.
 * Cutting a byte stream into frames is packet-reader.ts, keys and payloads are crypto.ts.
 */
import {
  type ConnackPacket,
  type ConnectPacket,
  MAX_REMAINING_LENGTH,
  type Packet,
  type PacketFlags,
  PacketType,
  type RecvPacket,
  type SendPacket,
  Setting,
} from './packets.ts';
import { WireError } from './wire-error.ts';

export { PacketReader } from './packet-reader.ts';
export { WireError } from './wire-error.ts';

/** Newest version this codec speaks; the real v2.2.5 answers the same to newer clients. */
export const LATEST_VERSION = 5;
const VERSION_EXPIRE = 3;
const VERSION_NODE_ID = 4;
const VERSION_NO_STREAM = 5;

const FLAG_NO_PERSIST = 0x01;
const FLAG_RED_DOT = 0x02;
const FLAG_SYNC_ONCE = 0x04;
const FLAG_DUP = 0x08;
/** The same bit as noPersist, with another meaning in CONNACK. */
const FLAG_HAS_SERVER_VERSION = 0x01;

/** The real server reads the prefix as int16. */
const MAX_STRING_BYTES = 0x7fff;

/** Whether SEND and RECV of this setting and version carry the (unused here) stream fields. */
function hasStreamFields(setting: number, version: number): boolean {
  return (setting & Setting.stream) !== 0 && version >= 2 && version < VERSION_NO_STREAM;
}

// ---- reading --------------------------------------------------------------------------------------------------------

class FieldReader {
  readonly #bytes: Buffer;
  readonly #packet: string;
  #at: number;

  constructor(bytes: Buffer, at: number, packet: string) {
    this.#bytes = bytes;
    this.#at = at;
    this.#packet = packet;
  }

  #take(count: number, field: string): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) {
      throw new WireError('truncated', `${this.#packet}: body ends inside ${field}`);
    }
    this.#at = at + count;
    return at;
  }

  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] as number;
  }
  u32(field: string): number {
    return this.#bytes.readUInt32BE(this.#take(4, field));
  }
  i32(field: string): number {
    return this.#bytes.readInt32BE(this.#take(4, field));
  }
  i64(field: string): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8, field));
  }
  u64(field: string): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8, field));
  }
  str(field: string): string {
    const length = this.#bytes.readUInt16BE(this.#take(2, field));
    if (length === 0) return '';
    const at = this.#take(length, field);
    return this.#bytes.toString('utf8', at, at + length);
  }
  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

/**
 * Decodes exactly one whole frame, header byte included. `version` is the negotiated one (for CONNECT and CONNACK it
 * does not matter: CONNECT carries it, CONNACK shows it by its server version). Bytes after the last field are
 * ignored, as the real server does. `payload` is a view of `frame`, not a copy.
 * @throws WireError naming packet and field
 */
export function decodePacket(frame: Uint8Array, version: number): Packet {
  const bytes = Buffer.isBuffer(frame)
    ? frame
    : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (bytes.length === 0) throw new WireError('truncated', 'empty frame');
  const head = bytes[0] as number;
  const type = head >> 4;
  if (type === PacketType.ping) return { type: 'ping' };
  if (type === PacketType.pong) return { type: 'pong' };
  const name = PACKET_NAMES[type];
  if (name === undefined) throw new WireError('unknownType', `unknown packet type ${type}`);
  const bodyAt = checkLength(bytes, name);
  const flags = decodeFlags(head);
  const r = new FieldReader(bytes, bodyAt, name);
  switch (type) {
    case PacketType.connect:
      return decodeConnect(r);
    case PacketType.connack:
      return decodeConnack(r, (head & FLAG_HAS_SERVER_VERSION) !== 0, version);
    case PacketType.send:
      return decodeSend(r, flags, version);
    case PacketType.sendack:
      return {
        type: 'sendack',
        flags,
        messageId: r.i64('messageId'),
        clientSeq: r.u32('clientSeq'),
        messageSeq: r.u32('messageSeq'),
        reasonCode: r.u8('reasonCode'),
      };
    case PacketType.recv:
      return decodeRecv(r, flags, version);
    case PacketType.recvack:
      return { type: 'recvack', flags, messageId: r.i64('messageId'), messageSeq: r.u32('messageSeq') };
    case PacketType.disconnect:
      return { type: 'disconnect', reasonCode: r.u8('reasonCode'), reason: r.str('reason') };
    default:
      throw new WireError('unsupportedType', `${name} packets are not supported`);
  }
}

const PACKET_NAMES: Readonly<Record<number, string>> = {
  [PacketType.connect]: 'CONNECT',
  [PacketType.connack]: 'CONNACK',
  [PacketType.send]: 'SEND',
  [PacketType.sendack]: 'SENDACK',
  [PacketType.recv]: 'RECV',
  [PacketType.recvack]: 'RECVACK',
  [PacketType.disconnect]: 'DISCONNECT',
  [PacketType.sub]: 'SUB',
  [PacketType.suback]: 'SUBACK',
  [PacketType.event]: 'EVENT',
};

/** Checks that the announced remaining length is the frame's; returns where the body starts. */
function checkLength(bytes: Buffer, name: string): number {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[1 + i];
    if (byte === undefined) throw new WireError('truncated', `${name}: frame ends inside its length`);
    length |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) !== 0) continue;
    const have = bytes.length - 2 - i;
    if (have < length) throw new WireError('truncated', `${name}: ${have} of ${length} bytes`);
    if (have > length)
      throw new WireError('badLength', `${name}: frame has ${have - length} bytes after its end`);
    return 2 + i;
  }
  throw new WireError('badLength', `${name}: remaining length has more than 4 bytes`);
}

function decodeFlags(head: number): PacketFlags {
  return {
    noPersist: (head & FLAG_NO_PERSIST) !== 0,
    redDot: (head & FLAG_RED_DOT) !== 0,
    syncOnce: (head & FLAG_SYNC_ONCE) !== 0,
    dup: (head & FLAG_DUP) !== 0,
  };
}

function decodeConnect(r: FieldReader): ConnectPacket {
  return {
    type: 'connect',
    version: r.u8('version'),
    deviceFlag: r.u8('deviceFlag'),
    deviceId: r.str('deviceId'),
    uid: r.str('uid'),
    token: r.str('token'),
    clientTimestamp: r.i64('clientTimestamp'),
    clientKey: r.str('clientKey'),
  };
}

function decodeConnack(r: FieldReader, hasServerVersion: boolean, version: number): ConnackPacket {
  const serverVersion = hasServerVersion ? r.u8('serverVersion') : null;
  return {
    type: 'connack',
    serverVersion,
    timeDiff: r.i64('timeDiff'),
    reasonCode: r.u8('reasonCode'),
    serverKey: r.str('serverKey'),
    salt: r.str('salt'),
    nodeId: (serverVersion ?? version) >= VERSION_NODE_ID ? r.u64('nodeId') : null,
  };
}

function decodeSend(r: FieldReader, flags: PacketFlags, version: number): SendPacket {
  const setting = r.u8('setting');
  const clientSeq = r.u32('clientSeq');
  const clientMsgNo = r.str('clientMsgNo');
  const streamNo = hasStreamFields(setting, version) ? r.str('streamNo') : null;
  const channelId = r.str('channelId');
  const channelType = r.u8('channelType');
  const expire = version >= VERSION_EXPIRE ? r.u32('expire') : 0;
  const msgKey = r.str('msgKey');
  const topic = (setting & Setting.topic) !== 0 ? r.str('topic') : '';
  const payload = r.rest();
  return {
    type: 'send',
    flags,
    setting,
    clientSeq,
    clientMsgNo,
    channelId,
    channelType,
    expire,
    msgKey,
    topic,
    payload,
    ...(streamNo === null ? {} : { streamNo }),
  };
}

function decodeRecv(r: FieldReader, flags: PacketFlags, version: number): RecvPacket {
  const setting = r.u8('setting');
  const msgKey = r.str('msgKey');
  const fromUid = r.str('fromUid');
  const channelId = r.str('channelId');
  const channelType = r.u8('channelType');
  const expire = version >= VERSION_EXPIRE ? r.u32('expire') : 0;
  const clientMsgNo = r.str('clientMsgNo');
  const stream = hasStreamFields(setting, version)
    ? { flag: r.u8('streamFlag'), no: r.str('streamNo'), id: r.u64('streamId') }
    : null;
  const messageId = r.i64('messageId');
  const messageSeq = r.u32('messageSeq');
  const timestamp = r.i32('timestamp');
  const topic = (setting & Setting.topic) !== 0 ? r.str('topic') : '';
  const payload = r.rest();
  return {
    type: 'recv',
    flags,
    setting,
    msgKey,
    fromUid,
    channelId,
    channelType,
    expire,
    clientMsgNo,
    messageId,
    messageSeq,
    timestamp,
    topic,
    payload,
    ...(stream === null ? {} : { stream }),
  };
}

// ---- writing --------------------------------------------------------------------------------------------------------

class FieldWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;
  #packet = '';

  start(packet: string): void {
    this.#packet = packet;
    this.#length = 0;
  }

  #room(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > MAX_REMAINING_LENGTH) {
      throw new WireError('tooLong', `${this.#packet}: more than ${MAX_REMAINING_LENGTH} bytes`);
    }
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    this.#length = needed;
    return at;
  }

  #int(value: number, min: number, max: number, field: string): number {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new WireError('badField', `${this.#packet}: ${field} must be an integer from ${min} to ${max}`);
    }
    return value;
  }

  u8(value: number, field: string): void {
    this.#int(value, 0, 0xff, field);
    this.#bytes[this.#room(1)] = value;
  }
  u32(value: number, field: string): void {
    this.#int(value, 0, 0xffffffff, field);
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }
  i32(value: number, field: string): void {
    this.#int(value, -0x80000000, 0x7fffffff, field);
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
  }
  i64(value: bigint, field: string): void {
    if (BigInt.asIntN(64, value) !== value) {
      throw new WireError('badField', `${this.#packet}: ${field} does not fit 64 bits`);
    }
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(value, at);
  }
  u64(value: bigint, field: string): void {
    if (BigInt.asUintN(64, value) !== value) {
      throw new WireError('badField', `${this.#packet}: ${field} does not fit 64 bits`);
    }
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }
  str(value: string, field: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    if (length > MAX_STRING_BYTES) {
      throw new WireError(
        'badField',
        `${this.#packet}: ${field} has ${length} bytes, allowed are ${MAX_STRING_BYTES}`,
      );
    }
    const at = this.#room(2 + length);
    this.#bytes.writeUInt16BE(length, at);
    this.#bytes.write(value, at + 2, length, 'utf8');
  }
  rest(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** The finished frame, a fresh Buffer. */
  frame(head: number): Buffer {
    const length = this.#length;
    const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
    const frame = Buffer.allocUnsafe(1 + lengthBytes + length);
    frame[0] = head;
    let left = length;
    for (let i = 1; i <= lengthBytes; i++) {
      frame[i] = i < lengthBytes ? (left & 0x7f) | 0x80 : left;
      left >>>= 7;
    }
    this.#bytes.copy(frame, 1 + lengthBytes, 0, length);
    // One huge packet must not pin a megabyte for ever.
    if (this.#bytes.length > 256 * 1024) this.#bytes = Buffer.allocUnsafe(4096);
    return frame;
  }
}

const writer = new FieldWriter();

/**
 * Encodes one packet as one frame, in the layout of the negotiated `version` (2-5).
 * @throws WireError badField or tooLong, naming packet and field
 */
export function encodePacket(packet: Packet, version: number): Buffer {
  const w = writer;
  w.start(packet.type.toUpperCase());
  switch (packet.type) {
    case 'ping':
      return Buffer.from([PacketType.ping << 4]);
    case 'pong':
      return Buffer.from([PacketType.pong << 4]);
    case 'connect':
      w.u8(packet.version, 'version');
      w.u8(packet.deviceFlag, 'deviceFlag');
      w.str(packet.deviceId, 'deviceId');
      w.str(packet.uid, 'uid');
      w.str(packet.token, 'token');
      w.i64(packet.clientTimestamp, 'clientTimestamp');
      w.str(packet.clientKey, 'clientKey');
      return w.frame(PacketType.connect << 4);
    case 'connack':
      if (packet.serverVersion !== null) w.u8(packet.serverVersion, 'serverVersion');
      w.i64(packet.timeDiff, 'timeDiff');
      w.u8(packet.reasonCode, 'reasonCode');
      w.str(packet.serverKey, 'serverKey');
      w.str(packet.salt, 'salt');
      if (packet.nodeId !== null) w.u64(packet.nodeId, 'nodeId');
      return w.frame(
        (PacketType.connack << 4) | (packet.serverVersion === null ? 0 : FLAG_HAS_SERVER_VERSION),
      );
    case 'send':
      encodeSend(w, packet, version);
      return w.frame((PacketType.send << 4) | encodeFlags(packet.flags));
    case 'sendack':
      w.i64(packet.messageId, 'messageId');
      w.u32(packet.clientSeq, 'clientSeq');
      w.u32(packet.messageSeq, 'messageSeq');
      w.u8(packet.reasonCode, 'reasonCode');
      return w.frame((PacketType.sendack << 4) | encodeFlags(packet.flags));
    case 'recv':
      encodeRecv(w, packet, version);
      return w.frame((PacketType.recv << 4) | encodeFlags(packet.flags));
    case 'recvack':
      w.i64(packet.messageId, 'messageId');
      w.u32(packet.messageSeq, 'messageSeq');
      return w.frame((PacketType.recvack << 4) | encodeFlags(packet.flags));
    case 'disconnect':
      w.u8(packet.reasonCode, 'reasonCode');
      w.str(packet.reason, 'reason');
      return w.frame(PacketType.disconnect << 4);
    default:
      return packet satisfies never;
  }
}

function encodeFlags(flags: PacketFlags): number {
  return (
    (flags.noPersist ? FLAG_NO_PERSIST : 0) |
    (flags.redDot ? FLAG_RED_DOT : 0) |
    (flags.syncOnce ? FLAG_SYNC_ONCE : 0) |
    (flags.dup ? FLAG_DUP : 0)
  );
}

function encodeSend(w: FieldWriter, packet: SendPacket, version: number): void {
  w.u8(packet.setting, 'setting');
  w.u32(packet.clientSeq, 'clientSeq');
  w.str(packet.clientMsgNo, 'clientMsgNo');
  if (hasStreamFields(packet.setting, version)) w.str(packet.streamNo ?? '', 'streamNo');
  w.str(packet.channelId, 'channelId');
  w.u8(packet.channelType, 'channelType');
  if (version >= VERSION_EXPIRE) w.u32(packet.expire, 'expire');
  w.str(packet.msgKey, 'msgKey');
  if ((packet.setting & Setting.topic) !== 0) w.str(packet.topic, 'topic');
  w.rest(packet.payload);
}

function encodeRecv(w: FieldWriter, packet: RecvPacket, version: number): void {
  w.u8(packet.setting, 'setting');
  w.str(packet.msgKey, 'msgKey');
  w.str(packet.fromUid, 'fromUid');
  w.str(packet.channelId, 'channelId');
  w.u8(packet.channelType, 'channelType');
  if (version >= VERSION_EXPIRE) w.u32(packet.expire, 'expire');
  w.str(packet.clientMsgNo, 'clientMsgNo');
  if (hasStreamFields(packet.setting, version)) {
    w.u8(packet.stream?.flag ?? 0, 'streamFlag');
    w.str(packet.stream?.no ?? '', 'streamNo');
    w.u64(packet.stream?.id ?? 0n, 'streamId');
  }
  w.i64(packet.messageId, 'messageId');
  w.u32(packet.messageSeq, 'messageSeq');
  w.i32(packet.timestamp, 'timestamp');
  if ((packet.setting & Setting.topic) !== 0) w.str(packet.topic, 'topic');
  w.rest(packet.payload);
}
