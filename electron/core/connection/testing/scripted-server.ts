/**
 * A WuKongIM server for tests whose every reaction a test can replace: TCP and WebSocket on loopback, real handshake
 * and encryption (shared/wire), and raw access to the bytes. Knows no channels and stores nothing.
 */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodePacket, encodePacket, PacketReader } from '../../../../shared/wire/codec.ts';
import {
  createKeyPair,
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  recvMsgKey,
  sendMsgKey,
  type SessionKeys,
  sharedSecret,
} from '../../../../shared/wire/crypto.ts';
import {
  type ConnectPacket,
  type Packet,
  ReasonCode,
  type SendPacket,
} from '../../../../shared/wire/packets.ts';

export interface RecvFields {
  messageId: bigint;
  messageSeq: number;
  clientMsgNo: string;
  fromUid: string;
  channelId: string;
  channelType: number;
  expire: number;
  setting: number;
  timestamp: number;
  flags: { noPersist: boolean; redDot: boolean; syncOnce: boolean; dup: boolean };
  payload: unknown;
  /** Plain bytes instead of the JSON of `payload`. */
  plain: Uint8Array;
  msgKey: string;
}

export interface Script {
  connect: (peer: Peer, packet: ConnectPacket) => void;
  send: (peer: Peer, packet: SendPacket) => void;
  ping: (peer: Peer) => void;
}

const NO_FLAGS = { noPersist: false, redDot: false, syncOnce: false, dup: false };

export class Peer {
  readonly kind: 'tcp' | 'ws';
  readonly packets: Packet[] = [];
  /** Sizes of the single WebSocket messages (or TCP reads) that came in. */
  readonly reads: Uint8Array[] = [];
  version = 0;
  closed = false;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #close: () => void;
  readonly #setReading: (on: boolean) => void;
  readonly #writeText: ((text: string) => void) | undefined;
  #keys: SessionKeys | null = null;
  #nextSeq = 0;

  constructor(
    kind: 'tcp' | 'ws',
    write: (bytes: Uint8Array) => void,
    close: () => void,
    setReading: (on: boolean) => void,
    writeText?: (text: string) => void,
  ) {
    this.kind = kind;
    this.#writeText = writeText;
    this.#setReading = setReading;
    this.#write = write;
    this.#close = close;
  }

  /** Raw bytes, as one TCP segment or one WebSocket message. */
  write(...parts: Uint8Array[]): void {
    this.#write(Buffer.concat(parts));
  }

  /** A WebSocket text message. */
  writeText(text: string): void {
    if (!this.#writeText) throw new Error('not a WebSocket');
    this.#writeText(text);
  }

  close(): void {
    this.#close();
  }

  /** Off: what the client writes stays unread. */
  setReading(on: boolean): void {
    this.#setReading(on);
  }

  of<T extends Packet['type']>(type: T): Extract<Packet, { type: T }>[] {
    return this.packets.filter((packet): packet is Extract<Packet, { type: T }> => packet.type === type);
  }

  /** CONNACK for the CONNECT that came; agrees on the session keys. */
  connack(
    packet: ConnectPacket,
    change: { reasonCode?: number; serverVersion?: number | null; timeDiff?: bigint } = {},
  ): void {
    const pair = createKeyPair();
    const salt = '0123456789abcdef';
    this.#keys = deriveSessionKeys(sharedSecret(pair.privateKey, packet.clientKey), salt);
    const serverVersion =
      change.serverVersion === undefined ? (packet.version > 3 ? 5 : null) : change.serverVersion;
    this.version = Math.min(packet.version, serverVersion ?? 3);
    this.write(
      encodePacket(
        {
          type: 'connack',
          serverVersion,
          timeDiff: change.timeDiff ?? 0n,
          reasonCode: change.reasonCode ?? ReasonCode.success,
          serverKey: pair.publicKeyBase64,
          salt,
          nodeId: (serverVersion ?? 0) >= 4 ? 1001n : null,
        },
        this.version,
      ),
    );
  }

  sendack(
    packet: SendPacket,
    reasonCode: number = ReasonCode.success,
    messageId = 9_000_000_000_000_000_001n,
  ): void {
    this.write(
      encodePacket(
        {
          type: 'sendack',
          flags: NO_FLAGS,
          messageId,
          clientSeq: packet.clientSeq,
          messageSeq: 7,
          reasonCode,
        },
        this.version,
      ),
    );
  }

  disconnect(reasonCode: number, reason: string): void {
    this.write(encodePacket({ type: 'disconnect', reasonCode, reason }, this.version));
  }

  /** Bytes of one encrypted, signed RECV. */
  recv(change: Partial<RecvFields> = {}): Buffer {
    const seq = change.messageSeq ?? ++this.#nextSeq;
    const plain =
      change.plain ?? Buffer.from(JSON.stringify(change.payload ?? { type: 1, content: `message ${seq}` }));
    const keys = this.keys();
    const fields = {
      messageId: change.messageId ?? 2_124_791_608_111_960_000n + BigInt(seq),
      messageSeq: seq,
      clientMsgNo: change.clientMsgNo ?? `no-${seq}`,
      timestamp: change.timestamp ?? 1_795_424_770,
      fromUid: change.fromUid ?? 'bob',
      channelId: change.channelId ?? 'bob',
      channelType: change.channelType ?? 1,
      payload: encryptPayload(keys, plain),
    };
    return encodePacket(
      {
        type: 'recv',
        flags: change.flags ?? { ...NO_FLAGS, redDot: true },
        setting: change.setting ?? 0,
        msgKey: change.msgKey ?? recvMsgKey(keys, fields),
        expire: change.expire ?? 0,
        topic: '',
        ...fields,
      },
      this.version,
    );
  }

  keys(): SessionKeys {
    if (!this.#keys) throw new Error('no CONNACK was written on this connection');
    return this.#keys;
  }

  /** The plain payload of a SEND, its msgKey checked. */
  open(packet: SendPacket): unknown {
    const keys = this.keys();
    if (sendMsgKey(keys, packet) !== packet.msgKey) throw new Error('SEND with a wrong msgKey');
    return JSON.parse(decryptPayload(keys, packet.payload).toString('utf8'));
  }
}

export class ScriptedServer {
  readonly peers: Peer[] = [];
  readonly script: Script = {
    connect: (peer, packet) => peer.connack(packet),
    send: (peer, packet) => peer.sendack(packet),
    ping: (peer) => peer.write(Uint8Array.of(0x80)),
  };
  readonly #tcp: TcpServer;
  readonly #http: HttpServer;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#tcp = createTcpServer({ noDelay: true }, (socket) => this.#acceptTcp(socket));
    this.#http = createHttpServer();
    this.#http.on('connection', (socket: Socket) => this.#track(socket));
    new WebSocketServer({ server: this.#http }).on('connection', (socket) => this.#acceptWs(socket));
  }

  static async start(script: Partial<Script> = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    Object.assign(server.script, script);
    for (const listener of [server.#tcp, server.#http]) {
      const { promise, resolve } = Promise.withResolvers<void>();
      listener.listen(0, '127.0.0.1', resolve);
      await promise;
    }
    return server;
  }

  get tcp(): string {
    return `127.0.0.1:${(this.#tcp.address() as AddressInfo).port}`;
  }

  get ws(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The newest connection. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('nobody has connected');
    return peer;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const listener of [this.#tcp, this.#http]) {
      const { promise, resolve } = Promise.withResolvers<void>();
      listener.close(() => resolve());
      await promise;
    }
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }

  #acceptTcp(socket: Socket): void {
    this.#track(socket);
    const peer = new Peer(
      'tcp',
      (bytes) => socket.write(bytes),
      () => socket.destroy(),
      (on) => (on ? socket.resume() : socket.pause()),
    );
    const reader = new PacketReader();
    socket.on('data', (chunk) => this.#read(peer, reader, chunk));
    socket.on('close', () => {
      peer.closed = true;
    });
    this.peers.push(peer);
  }

  #acceptWs(socket: WebSocket): void {
    const peer = new Peer(
      'ws',
      (bytes) => socket.send(bytes),
      () => socket.terminate(),
      (on) => (on ? socket.resume() : socket.pause()),
      (text) => socket.send(text),
    );
    const reader = new PacketReader();
    socket.on('message', (data) => this.#read(peer, reader, data as Buffer));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      peer.closed = true;
    });
    this.peers.push(peer);
  }

  #read(peer: Peer, reader: PacketReader, chunk: Uint8Array): void {
    peer.reads.push(chunk);
    for (const frame of reader.push(chunk)) {
      const packet = decodePacket(frame, peer.version);
      peer.packets.push(packet);
      if (packet.type === 'connect') this.script.connect(peer, packet);
      else if (packet.type === 'send') this.script.send(peer, packet);
      else if (packet.type === 'ping') this.script.ping(peer);
    }
  }
}
