/**
 * WuKongIM wire protocol ("wkproto", versions 2-5): packet shapes (wukongim.md B.1, B.2). Used by the embedded IM
 * server and by the client's codec seam. int64 values are bigint, everything else plain data.
 */
export const PacketType = {
  connect: 1,
  connack: 2,
  send: 3,
  sendack: 4,
  recv: 5,
  recvack: 6,
  ping: 7,
  pong: 8,
  disconnect: 9,
  sub: 10,
  suback: 11,
  event: 12,
} as const;

/** Setting byte of SEND and RECV. */
export const Setting = { receipt: 0x80, signal: 0x20, noEncrypt: 0x10, topic: 0x08, stream: 0x02 } as const;

/** Reason codes of CONNACK, SENDACK and DISCONNECT (wukongim.md B.6). */
export const ReasonCode = {
  unknown: 0,
  success: 1,
  authFail: 2,
  subscriberNotExist: 3,
  inBlacklist: 4,
  channelNotExist: 5,
  userNotOnNode: 6,
  senderOffline: 7,
  msgKeyError: 8,
  payloadDecodeError: 9,
  forwardSendPacketError: 10,
  notAllowSend: 11,
  connectKick: 12,
  notInWhitelist: 13,
  queryTokenError: 14,
  systemError: 15,
  channelIdError: 16,
  nodeMatchError: 17,
  nodeNotMatch: 18,
  ban: 19,
  notSupportHeader: 20,
  clientKeyIsEmpty: 21,
  rateLimit: 22,
  notSupportChannelType: 23,
  disband: 24,
  sendBan: 25,
} as const;

export interface PacketFlags {
  noPersist: boolean;
  redDot: boolean;
  syncOnce: boolean;
  dup: boolean;
}

export interface ConnectPacket {
  type: 'connect';
  version: number;
  deviceFlag: number;
  deviceId: string;
  uid: string;
  token: string;
  /** ms since epoch. */
  clientTimestamp: bigint;
  /** base64 of the 32-byte X25519 public key. */
  clientKey: string;
}
export interface ConnackPacket {
  type: 'connack';
  /** Present on the wire only when the flag bit 0 is set (client version > 3). */
  serverVersion: number | null;
  /** Server minus client, ms. */
  timeDiff: bigint;
  reasonCode: number;
  serverKey: string;
  salt: string;
  /** Only version >= 4. */
  nodeId: bigint | null;
}
export interface SendPacket {
  type: 'send';
  flags: PacketFlags;
  setting: number;
  clientSeq: number;
  clientMsgNo: string;
  channelId: string;
  channelType: number;
  /** Seconds; 0 when the version carries none. */
  expire: number;
  msgKey: string;
  topic: string;
  /** base64 text of the cipher, as bytes on the wire. */
  payload: Uint8Array;
  /** On the wire only with the stream bit and versions 2-4. */
  streamNo?: string;
}
export interface SendackPacket {
  type: 'sendack';
  flags: PacketFlags;
  messageId: bigint;
  clientSeq: number;
  messageSeq: number;
  reasonCode: number;
}
export interface RecvPacket {
  type: 'recv';
  flags: PacketFlags;
  setting: number;
  msgKey: string;
  fromUid: string;
  channelId: string;
  channelType: number;
  expire: number;
  clientMsgNo: string;
  messageId: bigint;
  messageSeq: number;
  /** Unix seconds. */
  timestamp: number;
  topic: string;
  payload: Uint8Array;
  /** On the wire only with the stream bit and versions 2-4. */
  stream?: { flag: number; no: string; id: bigint };
}
export interface RecvackPacket {
  type: 'recvack';
  flags: PacketFlags;
  messageId: bigint;
  messageSeq: number;
}
export interface PingPacket {
  type: 'ping';
}
export interface PongPacket {
  type: 'pong';
}
export interface DisconnectPacket {
  type: 'disconnect';
  reasonCode: number;
  reason: string;
}
/** What happened to a message after it was sent (streams of bots). Neither encrypted nor signed, unlike a RECV. */
export interface EventPacket {
  type: 'event';
  /** The sender's own; may be empty. */
  id: string;
  /** `stream.delta`, `stream.close` ... */
  eventType: string;
  /** ms since epoch; 0 when the sender named none. */
  timestamp: bigint;
  /** JSON, as bytes on the wire. */
  data: Uint8Array;
}
export type Packet =
  | ConnectPacket
  | ConnackPacket
  | SendPacket
  | SendackPacket
  | RecvPacket
  | RecvackPacket
  | PingPacket
  | PongPacket
  | DisconnectPacket
  | EventPacket;

/** Longest remaining length a peer may announce (wukongim.md B.1: larger frames end the connection). */
export const MAX_REMAINING_LENGTH = 1024 * 1024;
