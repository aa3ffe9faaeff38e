import { randomUUID } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { reasonOf } from '../../../shared/errors.ts';
import { decodePacket, encodePacket, PacketReader } from '../../../shared/wire/codec.ts';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  recvMsgKey,
  sendMsgKey,
  type SessionKeys,
  sharedSecret,
} from '../../../shared/wire/crypto.ts';
import type {
  ConnackPacket,
  Packet,
  PacketFlags,
  RecvPacket,
  SendackPacket,
  SendPacket,
} from '../../../shared/wire/packets.ts';

const WAIT_MS = 8000;
const NO_FLAGS: PacketFlags = { noPersist: false, redDot: false, syncOnce: false, dup: false };

/** A message as a client reads it: the packet with its payload decrypted and its msgKey checked. */
export interface Received extends RecvPacket {
  text: string;
}

export interface ConnectFields {
  uid: string;
  token: string;
  deviceFlag?: number;
  deviceId?: string;
  version?: number;
  clientKey?: string;
}

type PacketOf<T extends Packet['type']> = Extract<Packet, { type: T }>;

/**
 * A bare wire client for tests and for the tools that judge a server, over TCP (`host:port`) or WebSocket (`ws://…`,
 * `wss://…`); acknowledges nothing by itself.
 */
export class TestClient {
  readonly received: Packet[] = [];
  /** WebSocket messages or TCP chunks that arrived, for framing checks. */
  readonly chunks: Uint8Array[] = [];
  isClosed = false;
  /** What could not be read of what the server sent; the connection is given up then. */
  unreadable: string | null = null;
  autoAck = false;
  version = 5;
  keys: SessionKeys | null = null;
  readonly #reader = new PacketReader();
  readonly #write: (bytes: Uint8Array) => void;
  readonly #end: () => void;
  #watchers: (() => void)[] = [];
  #nextSeq = 1;

  constructor(write: (bytes: Uint8Array) => void, end: () => void) {
    this.#write = write;
    this.#end = end;
  }

  /** Opens the socket only. */
  static async open(address: string): Promise<TestClient> {
    if (address.startsWith('ws')) {
      const ws = new WebSocket(address);
      const client = new TestClient(
        (bytes) => ws.send(bytes),
        () => ws.terminate(),
      );
      ws.on('message', (data: Buffer) => client.#onChunk(data));
      ws.on('close', () => client.#onClosed());
      ws.on('error', () => undefined);
      await new Promise<void>((resolve, reject) => {
        ws.once('open', resolve);
        ws.once('error', reject);
      });
      return client;
    }
    // The last colon: an IPv6 address has more, and stands in brackets.
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    const socket: Socket = connectTcp(Number(address.slice(colon + 1)), host);
    const client = new TestClient(
      (bytes) => socket.write(bytes),
      () => socket.destroy(),
    );
    socket.on('data', (data: Buffer) => client.#onChunk(data));
    socket.on('close', () => client.#onClosed());
    socket.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** Opens the socket and signs in; rejects when CONNACK does not say success. */
  static async connect(address: string, fields: ConnectFields): Promise<TestClient> {
    const client = await TestClient.open(address);
    const connack = await client.signIn(fields);
    if (connack.reasonCode !== 1) throw new Error(`CONNACK reason ${connack.reasonCode}`);
    return client;
  }

  connectFrame(fields: ConnectFields, publicKey: string): Buffer {
    this.version = fields.version ?? 5;
    return encodePacket(
      {
        type: 'connect',
        version: this.version,
        deviceFlag: fields.deviceFlag ?? 2,
        deviceId: fields.deviceId ?? randomUUID(),
        uid: fields.uid,
        token: fields.token,
        clientTimestamp: BigInt(Date.now()),
        clientKey: fields.clientKey ?? publicKey,
      },
      this.version,
    );
  }

  async signIn(fields: ConnectFields, after: Uint8Array = new Uint8Array()): Promise<ConnackPacket> {
    const pair = createKeyPair();
    this.raw(Buffer.concat([this.connectFrame(fields, pair.publicKeyBase64), after]));
    const connack = await this.next('connack');
    if (connack.reasonCode === 1) {
      this.keys = deriveSessionKeys(sharedSecret(pair.privateKey, connack.serverKey), connack.salt);
    }
    return connack;
  }

  #onChunk(chunk: Buffer): void {
    this.chunks.push(chunk);
    try {
      for (const frame of this.#reader.push(chunk)) {
        const packet = decodePacket(Buffer.from(frame), this.version);
        this.received.push(packet);
        if (packet.type === 'recv' && this.autoAck) this.ack(packet);
      }
    } catch (error) {
      this.unreadable = reasonOf(error);
      this.#end();
      this.isClosed = true;
    }
    this.#wake();
  }

  #onClosed(): void {
    this.isClosed = true;
    this.#wake();
  }

  #wake(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }

  /** Waits until `ready` is true; looked at again on every packet and on the end of the connection. */
  async until(ready: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!ready()) {
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`timed out waiting for ${what}; ${this.received.length} packets are there`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Takes the first matching packet out of `received`, waiting for it. */
  async take<T extends Packet['type']>(
    type: T,
    matches: (packet: PacketOf<T>) => boolean,
  ): Promise<PacketOf<T>> {
    const index = (): number => this.received.findIndex((p) => p.type === type && matches(p as PacketOf<T>));
    for (;;) {
      await this.until(() => index() >= 0 || this.isClosed, type);
      const at = index();
      if (at >= 0) return this.received.splice(at, 1)[0] as PacketOf<T>;
      // Another waiter may have taken it.
      if (this.unreadable !== null) throw new Error(`a packet that cannot be read: ${this.unreadable}`);
      if (this.isClosed) throw new Error(`connection closed while waiting for ${type}`);
    }
  }

  /** Takes the first packet of the type. */
  async next<T extends Packet['type']>(type: T): Promise<PacketOf<T>> {
    return this.take(type, () => true);
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed, 'the end of the connection');
  }

  raw(bytes: Uint8Array): void {
    this.#write(bytes);
  }

  packet(packet: Packet): void {
    this.raw(encodePacket(packet, this.version));
  }

  /** The frame of a SEND with a fresh clientSeq. */
  sendPacket(
    channelId: string,
    channelType: number,
    text: string,
    fields: Partial<SendPacket> = {},
  ): SendPacket {
    const keys = this.keys as SessionKeys;
    const base = {
      type: 'send' as const,
      flags: { ...NO_FLAGS, redDot: true },
      setting: 0,
      clientSeq: this.#nextSeq++,
      clientMsgNo: randomUUID(),
      channelId,
      channelType,
      expire: 0,
      topic: '',
      payload: encryptPayload(keys, Buffer.from(text)),
      ...fields,
    };
    return { msgKey: sendMsgKey(keys, base), ...base };
  }

  /** Sends and waits for the SENDACK of this very SEND. */
  async send(
    channelId: string,
    channelType: number,
    text: string,
    fields: Partial<SendPacket> = {},
  ): Promise<SendackPacket> {
    const packet = this.sendPacket(channelId, channelType, text, fields);
    this.packet(packet);
    return this.take('sendack', (ack) => ack.clientSeq === packet.clientSeq);
  }

  /** The next RECV, checked and decrypted; throws on a wrong msgKey. */
  async recv(): Promise<Received> {
    return this.open(await this.next('recv'));
  }

  open(packet: RecvPacket): Received {
    const keys = this.keys as SessionKeys;
    if (recvMsgKey(keys, packet) !== packet.msgKey) throw new Error('RECV has a wrong msgKey');
    return { ...packet, text: decryptPayload(keys, packet.payload).toString('utf8') };
  }

  ack(packet: RecvPacket): void {
    this.packet({
      type: 'recvack',
      flags: packet.flags,
      messageId: packet.messageId,
      messageSeq: packet.messageSeq,
    });
  }

  /** Everything the server had to say so far has arrived. */
  async settle(): Promise<void> {
    this.packet({ type: 'ping' });
    await this.next('pong');
  }

  close(): void {
    this.#end();
  }
}
