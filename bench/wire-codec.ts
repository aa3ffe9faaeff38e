/** Decode + msgKey check + decrypt + JSON.parse of a 60-byte text message: our codec against the bare SDK's. */
import { randomBytes } from 'node:crypto';
import { decodePacket, encodePacket } from '../shared/wire/codec.ts';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  recvMsgKey,
  sharedSecret,
} from '../shared/wire/crypto.ts';
import type { RecvPacket } from '../shared/wire/packets.ts';
import { loadBareSdk } from './support/bare-sdk.ts';
import { alternating, type BenchmarkOptions, ratioRow, type Row } from './support/report.ts';

/** The protocol version the bare SDK speaks. */
const VERSION = 2;
const TEXT = JSON.stringify({ type: 1, content: '联调通过，今晚 20:00 灰度 5%。'.padEnd(24, '.') });

export async function benchmark({ quick }: BenchmarkOptions): Promise<Row[]> {
  const sdk = await loadBareSdk();
  const keys = deriveSessionKeys(
    sharedSecret(createKeyPair().privateKey, createKeyPair().publicKeyBase64),
    randomBytes(12).toString('base64'),
  );
  const fields: Omit<RecvPacket, 'msgKey'> = {
    type: 'recv',
    flags: { noPersist: false, redDot: true, syncOnce: false, dup: false },
    setting: 0,
    fromUid: 'fb2a24b4b70b40bbb908ca3b9b433fc1',
    channelId: 'fb2a24b4b70b40bbb908ca3b9b433fc1',
    channelType: 1,
    expire: 0,
    clientMsgNo: '8a8297e000724bd1d683d069b80195512',
    messageId: 2124791608111960064n,
    messageSeq: 1,
    timestamp: 1_795_424_770,
    topic: '',
    payload: encryptPayload(keys, Buffer.from(TEXT)),
  };
  const frame = encodePacket({ ...fields, msgKey: recvMsgKey(keys, fields) }, VERSION);

  const proto = new sdk.Proto();
  const security = sdk.SecurityManager.shared();
  security.aesKey = keys.aesKey.toString('latin1');
  security.aesIV = keys.iv.toString('latin1');
  const decoder = new TextDecoder();

  const bare = (): string => {
    const packet = proto.decode(frame) as { veritifyString: string; msgKey: string; payload: Uint8Array };
    if (sdk.Md5.init(security.encryption(packet.veritifyString)) !== packet.msgKey)
      throw new Error('bare: wrong msgKey');
    return (JSON.parse(decoder.decode(security.decryption(packet.payload))) as { content: string }).content;
  };
  const ours = (): string => {
    const packet = decodePacket(frame, VERSION) as RecvPacket;
    if (recvMsgKey(keys, packet) !== packet.msgKey) throw new Error('ours: wrong msgKey');
    return (JSON.parse(decryptPayload(keys, packet.payload).toString('utf8')) as { content: string }).content;
  };
  if (ours() !== bare()) throw new Error('the two decoders disagree');

  const [oursRate, bareRate] = await alternating(
    quick ? 1 : 7,
    () => rate(ours, quick ? 200 : 20_000),
    () => rate(bare, quick ? 20 : 2_000),
  );
  return [ratioRow('decode + verify + decrypt + parse', oursRate, 'messages/s', bareRate, '>= 15')];
}

function rate(run: () => string, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i += 1) run();
  return (times / (performance.now() - start)) * 1000;
}
