import { describe, expect, it } from 'vitest';
import { decodePacket, encodePacket, PacketReader } from './codec.ts';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  recvMsgKey,
  sendMsgKey,
  sharedSecret,
} from './crypto.ts';
import {
  GOLDEN_HANDSHAKES,
  GOLDEN_MESSAGES,
  GOLDEN_NOT_A_SUBSCRIBER,
  GOLDEN_RECALL_CMDS,
  GOLDEN_RECVACK,
  GOLDEN_UIDS,
  GOLDEN_WRONG_MSG_KEY,
} from './golden-packets.ts';
import type { Packet, PacketFlags } from './packets.ts';

type SessionName = keyof typeof GOLDEN_HANDSHAKES;

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const sessionKeys = (name: SessionName) => {
  const h = GOLDEN_HANDSHAKES[name];
  return deriveSessionKeys(sharedSecret(hex(h.priv), h.serverKey), h.salt);
};
const flagsOf = (bits: number): PacketFlags => ({
  noPersist: (bits & 1) !== 0,
  redDot: (bits & 2) !== 0,
  syncOnce: (bits & 4) !== 0,
  dup: (bits & 8) !== 0,
});
function decodeAs<T extends Packet['type']>(
  type: T,
  frame: string,
  version: number,
): Extract<Packet, { type: T }> {
  const packet = decodePacket(hex(frame), version);
  expect(packet.type).toBe(type);
  return packet as Extract<Packet, { type: T }>;
}

describe('handshakes of a real server', () => {
  it.each(Object.keys(GOLDEN_HANDSHAKES) as SessionName[])('%s: CONNECT, CONNACK and keys', (name) => {
    const h = GOLDEN_HANDSHAKES[name];
    const connect: Packet = {
      type: 'connect',
      version: h.version,
      deviceFlag: h.deviceFlag,
      deviceId: h.deviceId,
      uid: h.uid,
      token: h.token,
      clientTimestamp: h.clientTimestamp,
      clientKey: h.clientKey,
    };
    const connack: Packet = {
      type: 'connack',
      serverVersion: h.serverVersion,
      timeDiff: h.timeDiff,
      reasonCode: 1,
      serverKey: h.serverKey,
      salt: h.salt,
      nodeId: h.nodeId,
    };
    expect(decodePacket(hex(h.connect), h.version)).toEqual(connect);
    expect(decodePacket(hex(h.connack), h.version)).toEqual(connack);
    expect(encodePacket(connect, h.version).toString('hex')).toBe(h.connect);
    expect(encodePacket(connack, h.version).toString('hex')).toBe(h.connack);

    expect(createKeyPair(hex(h.priv)).publicKeyBase64).toBe(h.clientKey);
    const secret = sharedSecret(hex(h.priv), h.serverKey);
    expect(secret.toString('hex')).toBe(h.shared);
    const keys = deriveSessionKeys(secret, h.salt);
    expect(keys.aesKey.toString('latin1')).toBe(h.aesKey);
    expect(keys.iv.toString('latin1')).toBe(h.salt);
  });
});

describe('messages of a real server', () => {
  it.each(['text', 'receiptAndExpire'] as const)('%s: SEND, SENDACK, RECV', (name) => {
    const m = GOLDEN_MESSAGES[name];
    const version = GOLDEN_HANDSHAKES[m.session].version;
    const keys = sessionKeys(m.session);

    const send = decodeAs('send', m.send, version);
    expect(send).toMatchObject({
      flags: flagsOf(m.flags),
      setting: m.setting,
      clientSeq: m.clientSeq,
      clientMsgNo: m.clientMsgNo,
      channelId: GOLDEN_UIDS[m.to],
      channelType: 1,
      expire: m.expire,
      msgKey: m.msgKey,
      topic: '',
    });
    expect(Buffer.from(send.payload).toString('latin1')).toBe(m.cipher);
    expect(sendMsgKey(keys, send)).toBe(m.msgKey);
    expect(decryptPayload(keys, send.payload).toString('utf8')).toBe(m.plain);

    // From the plain text to the same bytes.
    const payload = encryptPayload(keys, Buffer.from(m.plain));
    const built = { ...send, payload, msgKey: sendMsgKey(keys, { ...send, payload }) };
    expect(encodePacket(built, version).toString('hex')).toBe(m.send);

    const sendack = decodeAs('sendack', m.sendack, version);
    expect(sendack).toMatchObject({
      messageId: m.messageId,
      clientSeq: m.clientSeq,
      messageSeq: m.messageSeq,
      reasonCode: 1,
    });
    expect(encodePacket(sendack, version).toString('hex')).toBe(m.sendack);

    for (const r of m.recvs) {
      const recvVersion = GOLDEN_HANDSHAKES[r.session].version;
      const recvKeys = sessionKeys(r.session);
      const recv = decodeAs('recv', r.frame, recvVersion);
      expect(recv).toMatchObject({
        flags: flagsOf(r.flags),
        setting: r.setting,
        msgKey: r.msgKey,
        fromUid: GOLDEN_UIDS[r.from],
        channelId: GOLDEN_UIDS[r.channel],
        channelType: 1,
        expire: r.expire,
        clientMsgNo: m.clientMsgNo,
        messageId: m.messageId,
        messageSeq: r.seq,
        timestamp: r.timestamp,
      });
      expect(recvMsgKey(recvKeys, recv)).toBe(r.msgKey);
      expect(decryptPayload(recvKeys, recv.payload).toString('utf8')).toBe(m.plain);
      const again = encryptPayload(recvKeys, Buffer.from(m.plain));
      const rebuilt = { ...recv, payload: again, msgKey: recvMsgKey(recvKeys, { ...recv, payload: again }) };
      expect(encodePacket(rebuilt, recvVersion).toString('hex')).toBe(r.frame);
    }
  });

  it('a wrong msgKey is seen, and the refusals read as captured', () => {
    const send = decodeAs('send', GOLDEN_WRONG_MSG_KEY.send, 4);
    expect(sendMsgKey(sessionKeys('a4'), send)).not.toBe(send.msgKey);
    expect(decodeAs('sendack', GOLDEN_WRONG_MSG_KEY.sendack, 4)).toMatchObject({
      messageId: 2124791608170680320n,
      clientSeq: 2,
      messageSeq: 0,
      reasonCode: 9,
    });
    expect(decodeAs('sendack', GOLDEN_NOT_A_SUBSCRIBER, 4)).toMatchObject({ messageSeq: 0, reasonCode: 3 });
  });

  it.each([0, 1, 2] as const)('recall CMD %i', (index) => {
    const c = GOLDEN_RECALL_CMDS[index];
    const version = GOLDEN_HANDSHAKES[c.session].version;
    const keys = sessionKeys(c.session);
    const recv = decodeAs('recv', c.frame, version);
    expect(recv).toMatchObject({
      flags: flagsOf(4),
      fromUid: GOLDEN_UIDS.a,
      channelId: GOLDEN_UIDS[c.channel],
      clientMsgNo: c.clientMsgNo,
      messageSeq: 1,
    });
    expect(recvMsgKey(keys, recv)).toBe(recv.msgKey);
    expect(decryptPayload(keys, recv.payload).toString('utf8')).toBe(c.plain);
    expect(encodePacket(recv, version).toString('hex')).toBe(c.frame);
  });

  it('RECVACK mirrors the flags', () => {
    const ack = decodeAs('recvack', GOLDEN_RECVACK, 5);
    expect(ack).toEqual({
      type: 'recvack',
      flags: flagsOf(2),
      messageId: GOLDEN_MESSAGES.text.messageId,
      messageSeq: 1,
    });
    expect(encodePacket(ack, 5).toString('hex')).toBe(GOLDEN_RECVACK);
  });

  it('the whole conversation as one byte stream is cut into the same frames', () => {
    const frames = [
      GOLDEN_HANDSHAKES.b5.connack,
      '80',
      GOLDEN_MESSAGES.text.recvs[0].frame,
      '70',
      GOLDEN_RECALL_CMDS[0].frame,
      GOLDEN_RECVACK,
    ];
    const stream = hex(frames.join(''));
    for (const step of [1, 2, 3, 7, 64, stream.length]) {
      const reader = new PacketReader();
      const cut: string[] = [];
      for (let at = 0; at < stream.length; at += step) {
        for (const frame of reader.push(stream.subarray(at, at + step)))
          cut.push(Buffer.from(frame).toString('hex'));
      }
      expect(cut).toEqual(frames);
      expect(reader.isMidFrame).toBe(false);
    }
  });
});
