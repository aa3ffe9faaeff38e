/**
 * WuKongIM wire codec, protocol versions 2-5 (wukongim.md B.1, B.2): one frame <-> one packet.
 * The fields themselves are field-reader.ts and field-writer.ts, cutting a byte stream into frames is
 * packet-reader.ts, keys and payloads are crypto.ts.
 */
import { FieldReader } from './field-reader.ts';
import { FieldWriter } from './field-writer.ts';
import {
  type ConnackPacket,
  type ConnectPacket,
  type Packet,
  type PacketFlags,
  PacketType,
  type RecvPacket,
  type SendPacket,
  Setting,
} from './packets.ts';
import { ENDLESS, lengthSize, MAX_LENGTH_BYTES, readLength } from './remaining-length.ts';
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
export const FLAG_HAS_SERVER_VERSION = 0x01;

/** Whether SEND and RECV of this setting and version carry the (unused here) stream fields. */
function hasStreamFields(setting: number, version: number): boolean {
  return (setting & Setting.stream) !== 0 && version >= 2 && version < VERSION_NO_STREAM;
}

// ---- reading --------------------------------------------------------------------------------------------------------

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
    case PacketType.event:
      return {
        type: 'event',
        id: r.str('id'),
        eventType: r.str('type'),
        timestamp: r.i64('timestamp'),
        data: r.rest(),
      };
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
  const size = lengthSize(bytes, 1, bytes.length);
  if (size === 0) throw new WireError('truncated', `${name}: frame ends inside its length`);
  if (size === ENDLESS)
    throw new WireError('badLength', `${name}: remaining length has more than ${MAX_LENGTH_BYTES} bytes`);
  const length = readLength(bytes, 1, size);
  const have = bytes.length - 1 - size;
  if (have < length) throw new WireError('truncated', `${name}: ${have} of ${length} bytes`);
  if (have > length)
    throw new WireError('badLength', `${name}: frame has ${have - length} bytes after its end`);
  return 1 + size;
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
    case 'event':
      w.str(packet.id, 'id');
      w.str(packet.eventType, 'type');
      w.i64(packet.timestamp, 'timestamp');
      w.rest(packet.data);
      return w.frame(PacketType.event << 4);
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
