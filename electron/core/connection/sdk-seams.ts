/**
 * Everything we change in wukongimjssdk 1.0.4, in one place and before its first use. The SDK keeps what it is good
 * for (handshake and key agreement, packet classes, dispatch of CONNACK and DISCONNECT, content model); what
 * loses or leaks messages (wukongim.md A.5, 18 faults) is replaced through the seams that were seen to work there:
 *
 * | seam | instead |
 * |---|---|
 * | global `WebSocket`, while the SDK connects | `Link`: whole packets only, gate before CONNACK, watchdogs |
 * | `config.proto` | `WireProto` |
 * | `SecurityManager.prototype` | node:crypto |
 * | `Guid.create`, `connectManager.stringToUint` (used only to seed the X25519 key) | node:crypto randomness |
 * | `connectManager.unpacket` | one whole packet per call already |
 * | `connectManager.reConnect`, `restHeart`, the receipt manager's interval | off: our state machine, our PING |
 * | `chatManager.onPacket` for RECV and SENDACK | not reached: `Link` hands them over before the SDK copies them |
 * | `sendRecvackPacket`, `sendPacket` of a SEND | not reached: ours |
 * | `console` while the SDK runs | our log, first argument only if it is a constant text (never content) |
 *
 * `Md5.init` needs no replacement: with `proto` and `onPacket` replaced its one remaining use is the key derivation,
 * once per connection.
 *
 * The SDK is a singleton per module instance: one worker thread per account, one open connection at a time.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import WKSDK from 'wukongimjssdk';
import type { ChatManager } from 'wukongimjssdk/lib/chat_manager';
import { ConnectStatus } from 'wukongimjssdk/lib/connect_manager';
import { Guid } from 'wukongimjssdk/lib/guid';
import { DisconnectPacket, type Packet } from 'wukongimjssdk/lib/proto';
import { SecurityManager } from 'wukongimjssdk/lib/security';
import {
  decryptPayload,
  deriveSessionKeys,
  encryptPayload,
  type SessionKeys,
} from '../../../shared/wire/crypto.ts';
import { decodePacket, encodePacket } from '../../../shared/wire/codec.ts';
import { WireError } from '../../../shared/wire/wire-error.ts';
import type * as wire from '../../../shared/wire/packets.ts';
import { CLIENT_PROTOCOL_VERSION, ConnackWithWire, RecvWithWire, WireProto } from './sdk-proto.ts';

export interface SdkAccount {
  uid: string;
  token: string;
  deviceId: string;
  deviceFlag: number;
}

export interface SdkHandlers {
  /** CONNACK, after the SDK has agreed on the session key. */
  connack(packet: wire.ConnackPacket): void;
  disconnect(reasonCode: number, reason: string): void;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
}

/** What the SDK expects of a WebSocket. */
export interface SdkSocket {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: Uint8Array }) => void) | null;
  onclose: ((event: unknown) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(data: Uint8Array): void;
  close(): void;
}

export interface SdkSend {
  channelId: string;
  channelType: number;
  clientMsgNo: string;
  /** Plain bytes of the JSON payload. */
  payload: Uint8Array;
  setting: number;
  expire: number;
}

/** The SDK behind its seams; one open user at a time. */
export interface SeamedSdk {
  /** Makes `handlers` the receiver of everything and starts the handshake over `socket`. */
  connect(account: SdkAccount, socket: SdkSocket, handlers: SdkHandlers): void;
  /** Ends the use of `socket`; nothing more is dispatched. */
  release(socket: SdkSocket): void;
  /** Runs SDK code with its console output sent to the log. */
  run<T>(action: () => T): T;
  sessionKeys(): SessionKeys;
  /** Encrypts and writes one SEND; returns its clientSeq. @throws WireError tooLong, badField */
  send(message: SdkSend): number;
  /** Reads a RECV, which is not yet verified, decrypted or acknowledged. @throws WireError naming packet and field */
  readRecv(frame: Uint8Array): wire.RecvPacket;
  /** @throws WireError naming packet and field */
  readSendack(frame: Uint8Array): wire.SendackPacket;
  /** Writes the RECVACK, flags mirrored. */
  acknowledge(packet: wire.RecvPacket): void;
}

const SEND_FLAGS = { noPersist: false, redDot: true, syncOnce: false, dup: false };

let installed: SeamedSdk | null = null;

/** Installs the seams on first use. */
export function seamedSdk(): SeamedSdk {
  installed ??= install();
  return installed;
}

function install(): SeamedSdk {
  let current: { socket: SdkSocket; account: SdkAccount; handlers: SdkHandlers } | null = null;
  const { run, outside } = sdkConsole((text) => current?.handlers.log('debug', `sdk: ${text}`));
  const dispatch = (action: (handlers: SdkHandlers) => void): void => {
    const handlers = current?.handlers;
    if (handlers) outside(() => action(handlers));
  };

  replaceRandomness();
  replaceCrypto();
  const sdk = run(() => WKSDK.shared());
  const { chatManager, config, connectManager } = sdk;
  const proto = new WireProto({ deviceId: () => current?.account.deviceId ?? null, keys: sessionKeys });
  config.proto = proto;
  config.protoVersion = CLIENT_PROTOCOL_VERSION;

  connectManager.stringToUint = () => [...randomBytes(32)];
  connectManager.unpacket = (data, callback) => callback([data as unknown as number[]]);
  connectManager.reConnect = () => undefined;
  connectManager.restHeart = () => undefined;
  // A plain field at run time, private only in the declarations.
  clearInterval((sdk.receiptManager as unknown as { timer: NodeJS.Timeout }).timer);

  const original: ChatManager['onPacket'] = chatManager.onPacket.bind(chatManager);
  chatManager.onPacket = (packet: Packet): Promise<void> => {
    // (The SDK would acknowledge it before anybody has stored it.)
    if (packet instanceof RecvWithWire) throw new WireError('unsupportedType', 'a RECV is not for the SDK');
    if (packet instanceof ConnackWithWire) dispatch((to) => to.connack(packet.wire));
    else if (packet instanceof DisconnectPacket)
      dispatch((to) => to.disconnect(packet.reasonCode, packet.reason));
    else return original(packet);
    return Promise.resolve();
  };

  return {
    run,
    sessionKeys,
    connect(account, socket, handlers) {
      if (current) throw new Error('wukongimjssdk is in use: one connection per worker thread');
      current = { account, socket, handlers };
      config.uid = account.uid;
      config.token = account.token;
      config.deviceFlag = account.deviceFlag;
      connectManager.status = ConnectStatus.Disconnect;
      chatManager.sendingQueues.clear();
      proto.version = CLIENT_PROTOCOL_VERSION;
      SecurityManager.shared().aesKey = '';
      SecurityManager.shared().aesIV = '';
      withGlobalWebSocket(socket, () => run(() => connectManager.connect()));
    },
    release(socket) {
      if (current?.socket !== socket) return;
      run(() => connectManager.disconnect());
      delete connectManager.ws;
      current = null;
    },
    send(message) {
      const clientSeq = chatManager.getClientSeq();
      current?.socket.send(proto.encodeSend({ ...message, clientSeq, flags: SEND_FLAGS, topic: '' }));
      return clientSeq;
    },
    readRecv(frame) {
      const packet = decodePacket(frame, proto.version);
      if (packet.type !== 'recv') throw new WireError('unsupportedType', `${packet.type} is no RECV`);
      return packet;
    },
    readSendack: (frame) => proto.decodeSendack(frame),
    acknowledge({ flags, messageId, messageSeq }) {
      const mirrored = { ...flags, dup: false };
      const ack = { type: 'recvack', flags: mirrored, messageId, messageSeq } as const;
      current?.socket.send(encodePacket(ack, proto.version));
    },
  };
}

/** Session keys, made from the SDK's text form once per connection. */
let cachedKeys: { aesKey: string; aesIV: string; keys: SessionKeys } | null = null;
function sessionKeys(): SessionKeys {
  const { aesKey, aesIV } = SecurityManager.shared();
  if (cachedKeys === null || cachedKeys.aesKey !== aesKey || cachedKeys.aesIV !== aesIV) {
    if (!aesKey || !aesIV) throw new WireError('badCipher', 'no session key before CONNACK');
    // deriveSessionKeys checks the IV; the key itself the SDK has already derived.
    const { iv } = deriveSessionKeys(new Uint8Array(32), aesIV);
    cachedKeys = { aesKey, aesIV, keys: { aesKey: Buffer.from(aesKey, 'latin1'), iv } };
  }
  return cachedKeys.keys;
}

function replaceRandomness(): void {
  Guid.create = () => Guid.parse(randomUUID());
}

function replaceCrypto(): void {
  Object.assign(SecurityManager.prototype, nodeCrypto);
}

const nodeCrypto: Pick<SecurityManager, 'encryption' | 'encryption2' | 'decryption'> = {
  encryption: (message) => encryptPayload(sessionKeys(), Buffer.from(message, 'utf8')).toString('latin1'),
  encryption2: (message) => encryptPayload(sessionKeys(), message).toString('latin1'),
  decryption: (message) => new Uint8Array(decryptPayload(sessionKeys(), message)),
};

/** The SDK does `new WebSocket(addr)` inside `connect()` and nowhere else: the global is ours for just that call. */
function withGlobalWebSocket(socket: SdkSocket, action: () => void): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
  // A constructor that returns an object yields that object.
  const replacement = function WebSocket(): SdkSocket {
    return socket;
  };
  Object.defineProperty(globalThis, 'WebSocket', { value: replacement, configurable: true, writable: true });
  try {
    action();
  } finally {
    if (before) Object.defineProperty(globalThis, 'WebSocket', before);
    else Reflect.deleteProperty(globalThis, 'WebSocket');
  }
}

type ConsoleMethods = Pick<typeof console, 'log' | 'warn' | 'error'>;

function consoleMethods(): ConsoleMethods {
  return { log: console.log, warn: console.warn, error: console.error };
}

/**
 * The SDK writes to the console on every occasion. Its entry points are synchronous, so its output can be distinguished
 * from everybody else's: `run` redirects the console while SDK code runs, `outside` puts it back for our code it calls.
 */
function sdkConsole(sink: (text: string) => void): {
  run: <T>(action: () => T) => T;
  outside: <T>(action: () => T) => T;
} {
  let original = consoleMethods();
  const redirected = (...args: unknown[]): void => {
    // Constant texts only: later arguments are packets and events.
    const text = args[0];
    if (typeof text === 'string') outside(() => sink(text));
  };
  const swap = <T>(methods: ConsoleMethods, action: () => T): T => {
    const before = consoleMethods();
    Object.assign(console, methods);
    try {
      return action();
    } finally {
      Object.assign(console, before);
    }
  };
  const run = <T>(action: () => T): T => {
    if (console.log === redirected) return action();
    original = consoleMethods();
    return swap({ log: redirected, warn: redirected, error: redirected }, action);
  };
  const outside = <T>(action: () => T): T => (console.log === redirected ? swap(original, action) : action());
  return { run, outside };
}
