/** The byte pipe below the protocol: TCP or WebSocket, with one interface. Certificate errors are never skipped. */
import { connect as connectTcp } from 'node:net';
import { WebSocket } from 'ws';
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
}

export interface TransportHandlers {
  open(): void;
  data(chunk: Uint8Array): void;
  /** Bytes that had to wait were handed to the network. */
  drained(): void;
  /** Exactly once, unless `destroy` or `end` was called before. */
  close(info: TransportClose): void;
}

export interface Transport {
  /** Writes one whole packet (over WebSocket: one message). */
  write(packet: Uint8Array): void;
  /** Written but not yet taken by the network. */
  unsentBytes(): number;
  /** Off: nothing is read any more, so that the server's writes wait there. */
  setReading(on: boolean): void;
  /** Ends in order: what was written still goes out. No further handler is called. */
  end(): void;
  /** Drops the connection now. No further handler is called. */
  destroy(): void;
}

/** One WebSocket message holds one packet; above this something is wrong, and memory is protected. */
const MAX_WS_MESSAGE = 16 * 1024 * 1024;
const END_GRACE_MS = 1_000;

/** @throws Error when the address cannot be understood */
export function openTransport(
  target: TransportAddress,
  handlers: TransportHandlers,
  openTimeoutMs: number,
): Transport {
  return target.kind === 'tcp' ? openTcp(target.address, handlers) : openWs(target, handlers, openTimeoutMs);
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

function openTcp(address: string, handlers: TransportHandlers): Transport {
  const { host, port } = parseTcpAddress(address);
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true });
  let done = false;
  let error: Error | null = null;
  socket.on('connect', () => {
    if (!done) handlers.open();
  });
  socket.on('data', (chunk) => {
    if (!done) handlers.data(chunk);
  });
  socket.on('drain', () => {
    if (!done) handlers.drained();
  });
  socket.on('error', (reason) => {
    error = reason;
  });
  socket.on('close', () => {
    if (done) return;
    done = true;
    handlers.close({ reason: error?.message ?? 'the server closed the connection', certificateError: false });
  });
  return {
    write(packet) {
      if (!done && socket.writable) socket.write(packet);
    },
    unsentBytes: () => socket.writableLength,
    setReading(on) {
      if (on) socket.resume();
      else socket.pause();
    },
    end() {
      done = true;
      socket.end();
      setTimeout(() => socket.destroy(), END_GRACE_MS).unref();
    },
    destroy() {
      done = true;
      socket.destroy();
    },
  };
}

function openWs(target: TransportAddress, handlers: TransportHandlers, openTimeoutMs: number): Transport {
  const url = new URL(
    /^wss?:\/\//.test(target.address) ? target.address : `${target.kind}://${target.address}`,
  );
  if (url.protocol !== `${target.kind}:`) {
    throw new Error(`not a ${target.kind} address: "${target.address}"`);
  }
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    handshakeTimeout: openTimeoutMs,
    maxPayload: MAX_WS_MESSAGE,
  });
  socket.binaryType = 'nodebuffer';
  let done = false;
  let error: (Error & { code?: unknown }) | null = null;
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
    handlers.close({
      reason: error?.message ?? `the server closed the connection (${code})`,
      certificateError: error !== null && isCertificateError(error.code),
    });
  });
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
      setTimeout(() => socket.terminate(), END_GRACE_MS).unref();
    },
    destroy() {
      done = true;
      socket.terminate();
    },
  };
}

/**
 * Order of the attempts: wss if the server offers one, else tcp, else ws; the one that worked last goes first. Only a
 * transport that worked in this very session may go before an offered wss: what an earlier session fell back to must
 * not keep the account off encryption for ever.
 */
export function transportOrder(
  offered: Readonly<Record<TransportKind, string | null>>,
  worked: string | null,
  remembered: string | undefined,
): TransportAddress[] {
  const preferred = worked ?? (offered.wss ? null : (remembered ?? null));
  const kinds: TransportKind[] = ['wss', 'tcp', 'ws'];
  return kinds
    .sort((a, b) => Number(b === preferred) - Number(a === preferred))
    .flatMap((kind) => {
      const address = offered[kind];
      return address ? [{ kind, address }] : [];
    });
}
