/** Stands between the app and its IM server (TCP) and notes when a RECV was written to the app's socket. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { decodePacket, PacketReader } from '../../shared/wire/codec.ts';
import type { RecvPacket } from '../../shared/wire/packets.ts';
import { now } from './window.ts';

const VERSION = 5;
const RECV = 5;

export interface Tapped {
  /** This process's clock, ms. */
  at: number;
  packet: RecvPacket;
}

export class WireTap {
  readonly address: string;
  readonly seen: Tapped[] = [];
  readonly #close: () => void;

  private constructor(address: string, close: () => void) {
    this.address = address;
    this.#close = close;
  }

  static async start(target: string): Promise<WireTap> {
    const separator = target.lastIndexOf(':');
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (app) => {
      const upstream = connect({
        host: target.slice(0, separator),
        port: Number(target.slice(separator + 1)),
        noDelay: true,
      });
      const reader = new PacketReader();
      app.on('data', (chunk) => upstream.write(chunk));
      upstream.on('data', (chunk) => {
        app.write(chunk);
        const at = now();
        for (const frame of reader.push(chunk)) {
          if ((frame[0] ?? 0) >> 4 !== RECV) continue;
          tap.seen.push({ at, packet: decodePacket(frame, VERSION) as RecvPacket });
        }
      });
      for (const [socket, other] of [
        [app, upstream],
        [upstream, app],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => other.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = new WireTap(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return tap;
  }

  close(): void {
    this.#close();
  }
}
