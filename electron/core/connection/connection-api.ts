/** What the connection offers to the core. Implemented by connection.ts on top of wukongimjssdk behind its seams. */
import type { ChannelRef, ConnectionState } from '../../../shared/domain.ts';
import type { ProxyFault } from '../../../shared/network.ts';
import type { Dial } from './transport.ts';

/** One decrypted, verified RECV whose payload is a JSON object (or null when it was not: "unsupported"). */
export interface ReceivedMessage {
  channel: ChannelRef;
  messageId: string;
  messageSeq: number;
  clientMsgNo: string;
  fromUid: string;
  timestamp: number;
  expire: number;
  setting: number;
  noPersist: boolean;
  redDot: boolean;
  syncOnce: boolean;
  payload: Record<string, unknown> | null;
}

/** One EVENT as it came: neither its words nor what they are about has been looked at. */
export interface ReceivedEvent {
  id: string;
  type: string;
  /** JSON. */
  data: Uint8Array;
}

export interface SendOutcome {
  messageId: string;
  messageSeq: number;
  /** WuKongIM reason code; 1 = success. */
  reasonCode: number;
}

/** What the business server says; a fault: a proxy stood in the way. */
export type HttpVerdict = 'ok' | 'unauthorized' | 'unreachable' | 'badCertificate' | ProxyFault;

export interface ConnectionOptions {
  uid: string;
  token: string;
  deviceId: string;
  /** 2 = pc; must equal the sign-in's flag. */
  deviceFlag: number;
  /** Addresses from `GET /v1/users/:uid/im`; asked again before each series of attempts. Rejects on network error. */
  resolveAddresses: () => Promise<{ tcp: string | null; ws: string | null; wss: string | null }>;
  /** Is the business server reachable (used to tell "token refused" from "network down")? */
  probeHttp: () => Promise<HttpVerdict>;
  /** Makes the TCP connections; default: without any proxy. */
  dial?: Dial | undefined;
  /**
   * Called once per batch of arrived messages, before they are acknowledged. RECVACK is written only after it
   * returned; if it throws, nothing is acknowledged and the server redelivers.
   */
  onMessages: (messages: ReceivedMessage[]) => void;
  /** Called for each EVENT; there is nothing to acknowledge. */
  onEvent?: (event: ReceivedEvent) => void;
  /** SENDACK with success, before whoever waits for `send` goes on. */
  onAcknowledged?: (channel: ChannelRef, messageSeq: number) => void;
  onState: (state: ConnectionState) => void;
  /** After each successful CONNACK: server clock minus local clock in ms; 0 when that leads to no time before 2200. */
  onConnected: (serverOffsetMs: number) => void;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** Preferred transport from an earlier session, if any; the one that worked is reported back. */
  preferredTransport?: string | undefined;
  onTransport?: (transport: string) => void;
  /** Only encrypted transports are used: the account's server is reached over https, or offered one before. */
  secureOnly?: boolean;
  /** An encrypted transport was offered: `secureOnly` from now on, also in later sessions. */
  onSecure?: () => void;
}

export interface Connection {
  readonly state: ConnectionState;
  readonly transport: string;
  readonly lastPingMs: number | null;
  start(): void;
  /**
   * Try again now (user, wake-up, network change); no effect when online except a liveness check. `anew`: what there is
   * goes another way than the one to take now.
   */
  retryNow(anew?: boolean): void;
  /**
   * This connection lives and is of no use (what it owes does not come): it is dropped and a new one made at once, over
   * addresses that are asked for anew, another than this one first. No effect unless online.
   */
  replace(reason: string): void;
  /**
   * Writes one SEND and resolves with its SENDACK. Rejects with `ConnectionLost` when the connection ends, or is
   * dropped because neither SENDACK nor PONG came within 6 s; with `SendUnanswered` when it answers PINGs all the
   * same. The caller looks whether the server has it, and sends it again with the same clientMsgNo.
   */
  send(message: {
    channel: ChannelRef;
    clientMsgNo: string;
    payload: Record<string, unknown>;
    setting?: number;
    /** Seconds after which the servers delete it; 0 = never. */
    expire?: number;
  }): Promise<SendOutcome>;
  close(): Promise<void>;
}

export class ConnectionLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConnectionLost';
  }
}

/**
 * The connection lives, the server has read the SEND and says nothing: a WuKongIM cluster that elects never answers
 * what it took in the first seconds, and everything after that (wukongim.md H).
 */
export class SendUnanswered extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SendUnanswered';
  }
}

/**
 * The message cannot be sent in one packet (wukongim.md B.1: 1 MiB of cipher text and head); trying again is useless.
 */
export class MessageTooLong extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MessageTooLong';
  }
}
