/** The byte pipe below the protocol: TCP or WebSocket, with one interface. Certificate errors are never skipped. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { hostPort, type ProxyFault } from '../../../shared/network.ts';
import { proxyFaultOf } from '../../../shared/proxy-error.ts';
import { isCertificateError } from './certificate-error.ts';

export type TransportKind = 'wss' | 'tcp' | 'ws';

export interface TransportAddress {
  kind: TransportKind;
  /** `host:port` for tcp, a URL for ws and wss. */
  address: string;
}

export interface TransportClose {
  /** One sentence for the log. */
  reason: string;
  /** The server's certificate was not accepted. */
  certificateError: boolean;
  /** The proxy that stood in the way, if one did. */
  proxy: ProxyFault | null;
}

/** A TCP connection that somebody else made, for example through a proxy. */
export interface DialedWire {
  /** What is read and written. */
  socket: Socket;
  /** The TCP connection below it. */
  pipe: Socket;
}

/** Makes one. `url`: as which the way to it is looked up. Rejects when there is none, or with the signal's reason. */
export type Dial = (
  url: string,
  target: { host: string; port: number },
  signal: AbortSignal,
) => Promise<DialedWire>;

export interface TransportHandlers {
  open(): void;
  data(chunk: Uint8Array): void;
  /** Bytes that had to wait were handed to the network. */
  drained(): void;
  /** Exactly once, unless `destroy` or `end` was called before. */
  close(info: TransportClose): void;
}

export interface Transport {
  /**
   * Writes one whole packet (over WebSocket: one message). `batched`: it may wait for what else this turn writes;
   * otherwise it leaves before this returns.
   */
  write(packet: Uint8Array, batched?: boolean): void;
  /** Written but not yet taken by the network. */
  unsentBytes(): number;
  /** Off: nothing is read any more, so that the server's writes wait there. */
  setReading(on: boolean): void;
  /** Ends in order: what was written still goes out, for at most `END_GRACE_MS`. No further handler is called. */
  end(): void;
  /**
   * Drops the connection now; what was written and has not left this computer never does. No further handler is called.
   */
  destroy(): void;
}

/** One WebSocket message holds one packet; above this something is wrong, and memory is protected. */
const MAX_WS_MESSAGE = 16 * 1024 * 1024;
const END_GRACE_MS = 1_000;

/**
 * Closes with RST: the operating system forgets what it still holds. After an ordinary close it goes on sending for
 * minutes, and a SEND of a dropped connection could arrive after the history was asked for it: sent twice.
 */
function reset(socket: Socket): void {
  // Node resets a socket that is connecting only once it is connected, and cannot while a FIN waits behind other bytes.
  const finWaits = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || socket.destroyed || finWaits) socket.destroy();
  else socket.resetAndDestroy();
}

/** @throws Error when the address cannot be understood */
export function openTransport(
  target: TransportAddress,
  handlers: TransportHandlers,
  openTimeoutMs: number,
  dial: Dial = dialDirectly,
): Transport {
  return target.kind === 'tcp'
    ? openTcp(target.address, handlers, dial)
    : openWs(target, handlers, openTimeoutMs, dial);
}

/** `host:port`, `tcp://host:port`, `[v6]:port`. */
export function parseTcpAddress(address: string): { host: string; port: number } {
  const bare = address.replace(/^tcp:\/\//, '');
  const match = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})\/?$/.exec(bare);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < 1 || port > 65_535) throw new Error(`not a TCP address: "${address}"`);
  return { host, port };
}

/** What `dial` makes where nobody else does: connecting when it resolves, and reporting by itself that it failed. */
const dialDirectly: Dial = (_url, target) => {
  const socket = connectTcp({ ...target, noDelay: true, keepAlive: true });
  // It may fail before anybody listens; that is seen by its state then.
  socket.on('error', () => undefined);
  return Promise.resolve({ socket, pipe: socket });
};

/**
 * Before TLS is put on it: where a host has several addresses, Node gives a socket another handle for each one that it
 * tries, and TLS on the one before crashes the process.
 */
async function connected(socket: Socket): Promise<void> {
  if (!socket.connecting) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', () => resolve());
  socket.once('close', () => reject(socket.errored ?? new Error('the connection was closed')));
  await promise;
}

function closeOf(error: unknown, otherwise: string): TransportClose {
  return {
    reason: error === null ? otherwise : reasonOf(error),
    certificateError: isCertificateError(errorCode(error)),
    proxy: proxyFaultOf(error),
  };
}

function openTcp(address: string, handlers: TransportHandlers, dial: Dial): Transport {
  const target = parseTcpAddress(address);
  const dialing = new AbortController();
  let wire: DialedWire | null = null;
  let done = false;
  let error: Error | null = null;
  /** RECVACKs of this turn: hundreds in one write, each of which costs the stream as much as all the rest of it. */
  const batch: Uint8Array[] = [];
  let batchBytes = 0;
  const writeBatch = (): void => {
    const bytes = Buffer.concat(batch, batchBytes);
    batch.length = 0;
    batchBytes = 0;
    if (bytes.length > 0 && wire?.socket.writable) wire.socket.write(bytes);
  };
  const opened = (): void => {
    if (!done) handlers.open();
  };
  const use = (made: DialedWire): void => {
    wire = made;
    const { socket, pipe } = made;
    socket.on('data', (chunk) => {
      if (!done) handlers.data(chunk);
    });
    socket.on('drain', () => {
      if (!done) handlers.drained();
    });
    socket.on('error', (reason) => {
      error = reason;
    });
    const closed = (): void => {
      if (done) return;
      done = true;
      handlers.close(closeOf(error ?? socket.errored, 'the server closed the connection'));
    };
    socket.on('close', closed);
    if (done) reset(pipe);
    else if (socket.closed) closed();
    else if (socket.connecting) socket.on('connect', opened);
    else opened();
  };
  // A tunnel is for whatever a proxy lets through, and that is what is asked for https.
  dial(`https://${hostPort(target.host, target.port)}/`, target, dialing.signal).then(
    use,
    (reason: unknown) => {
      if (done) return;
      done = true;
      handlers.close(closeOf(reason, ''));
    },
  );
  return {
    write(packet, batched = false) {
      const socket = wire?.socket;
      if (done || !socket?.writable) return;
      if (batched) {
        if (batch.length === 0) process.nextTick(writeBatch);
        batch.push(packet);
        batchBytes += packet.length;
        return;
      }
      writeBatch();
      socket.write(packet);
    },
    unsentBytes: () => (wire?.socket.writableLength ?? 0) + batchBytes,
    setReading(on) {
      if (on) wire?.socket.resume();
      else wire?.socket.pause();
    },
    end() {
      done = true;
      dialing.abort();
      if (!wire) return;
      const { socket, pipe } = wire;
      writeBatch();
      // Only once the system has taken everything: see `reset`.
      if (socket.writable) socket.write(new Uint8Array(), () => socket.end());
      setTimeout(() => reset(pipe), END_GRACE_MS).unref();
    },
    destroy() {
      done = true;
      dialing.abort();
      if (wire) reset(wire.pipe);
    },
  };
}

function openWs(
  target: TransportAddress,
  handlers: TransportHandlers,
  openTimeoutMs: number,
  dial: Dial,
): Transport {
  const url = new URL(
    /^wss?:\/\//.test(target.address) ? target.address : `${target.kind}://${target.address}`,
  );
  if (url.protocol !== `${target.kind}:`) {
    throw new Error(`not a ${target.kind} address: "${target.address}"`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = target.kind === 'wss';
  /** Ours and not ws's own, which `reset` could not get at: below TLS that one has no socket. */
  let pipe: Socket | null = null;
  const dialing = new AbortController();
  let done = false;
  const connect = async (): Promise<Duplex> => {
    const port = Number(url.port) || (secure ? 443 : 80);
    const wire = await dial(`${url.protocol}//${url.host}/`, { host, port }, dialing.signal);
    pipe = wire.pipe;
    // Reported by what is above it.
    pipe.on('error', () => undefined);
    if (done) reset(pipe);
    const below = wire.socket;
    if (below.destroyed) throw below.errored ?? new Error('the connection was closed');
    if (!secure) return below;
    await connected(below);
    return connectTls({ socket: below, host, servername: isIP(host) ? '' : host });
  };
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: openTimeoutMs,
    maxPayload: MAX_WS_MESSAGE,
    // Node's client takes the connection from the callback; ws and its types know only the result.
    createConnection: ((_options: unknown, made: (error: Error | null, socket?: Duplex) => void) => {
      connect().then(
        (stream) => made(null, stream),
        (reason: unknown) => made(reason instanceof Error ? reason : new Error(String(reason))),
      );
    }) as never,
  });
  socket.binaryType = 'nodebuffer';
  let error: Error | null = null;
  socket.on('open', () => {
    if (!done) handlers.open();
  });
  socket.on('message', (data, isBinary) => {
    // A text message is the JSON-RPC variant, which was not asked for (wukongim.md B.7).
    if (!done && isBinary && Buffer.isBuffer(data)) handlers.data(data);
  });
  socket.on('error', (reason) => {
    error = reason;
  });
  socket.on('close', (code) => {
    if (done) return;
    done = true;
    handlers.close(closeOf(error, `the server closed the connection (${code})`));
  });
  const drop = (): void => {
    dialing.abort();
    if (pipe) reset(pipe);
    socket.terminate();
  };
  return {
    write(packet) {
      if (done || socket.readyState !== WebSocket.OPEN) return;
      socket.send(packet, { binary: true }, () => {
        if (!done) handlers.drained();
      });
    },
    unsentBytes: () => socket.bufferedAmount,
    setReading(on) {
      // Without effect, and an error, while the handshake is under way.
      if (socket.readyState !== WebSocket.OPEN) return;
      if (on) socket.resume();
      else socket.pause();
    },
    end() {
      done = true;
      socket.close();
      setTimeout(drop, END_GRACE_MS).unref();
    },
    destroy() {
      done = true;
      drop();
    },
  };
}
